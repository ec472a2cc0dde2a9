"""What editors see of it."""
