"""What editors do with letters: answer them, ask whether one may be a comment, make a tip of one."""
