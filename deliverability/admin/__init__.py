from deliverability.admin import alarms, tallies
