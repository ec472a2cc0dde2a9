"""From a dispatch to what the mail server said of each copy."""
