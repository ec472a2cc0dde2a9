"""Months without a leading zero, as in Django's other forms for Chinese; thousands as Chinese papers print them."""

MONTH_DAY_FORMAT = "n月j日"
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
