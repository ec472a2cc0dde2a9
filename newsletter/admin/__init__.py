"""The editors' desk: everything about content, in Django's admin."""

from newsletter.admin import articles, events, front, issues, links, pictures
