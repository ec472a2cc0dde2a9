"""`manage.py reindex`: make the index of the search anew."""

from typing import Any

from django.core.management.base import BaseCommand

from newsletter.searching.indexing import reindex_everything


class Command(BaseCommand):
    help = "Make the index of the search anew, from the texts as they are stored. Searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        count = reindex_everything()
        self.stdout.write(f"{count} issues and articles can be found.")
