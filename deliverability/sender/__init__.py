"""Whether a newsletter's sender is set up as receivers ask: looked at in DNS, and in a test mail as it arrived."""
