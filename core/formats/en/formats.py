"""Months in full: Django abbreviates them as press agencies do."""

DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "F j, Y, P"
