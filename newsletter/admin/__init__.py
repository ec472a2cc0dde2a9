"""The editors' desk: everything about content, in Django's admin."""

from newsletter.admin import articles, contributors, issues, newsletters, pictures, redirects, tags
