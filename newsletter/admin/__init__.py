"""The editors' desk: everything about content, in Django's admin."""

from newsletter.admin import articles, contributors, front, issues, links, newsletters, pictures, tags
