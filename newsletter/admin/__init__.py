"""The editors' desk: everything about content, in Django's admin."""

from newsletter.admin import articles, contributors, issues, links, newsletters, pictures, redirects, tags
