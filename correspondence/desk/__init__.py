"""What editors do with letters: answer them, make a tip of one."""
