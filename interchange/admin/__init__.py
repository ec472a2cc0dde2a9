"""What the admin shows of backups, imports and exports."""

from interchange.admin import backups as backups
from interchange.admin import exports as exports
from interchange.admin import imports as imports
from interchange.admin import lists as lists
