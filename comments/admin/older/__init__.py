"""Older comments in the admin: bring them in, and find, hand out and erase those of one name."""
