"""What becomes of notices: who hears of what, when a mail goes out, what it says, and how to be left alone."""
