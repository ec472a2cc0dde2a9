"""The editors' desk: everything about content, in Django's admin."""

from newsletter.admin import articles, front, issues, links, pictures
