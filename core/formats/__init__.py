"""Forms of dates where Django's own do not suit a printed page."""
