"""Months without a leading zero, as in Django's other forms for Chinese."""

MONTH_DAY_FORMAT = "n月j日"
