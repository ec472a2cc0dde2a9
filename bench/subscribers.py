"""The lists of the post office with a million subscribers, as an editor opens, filters and searches them; and what it
takes to import a list. In milliseconds, the median of five; the import in rows a second."""

from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings

from bench import data_of, milliseconds, seconds, sized
from interchange.lists.unattended import Said, bring_in
from newsletter.models import Newsletter

PEOPLE = sized(1_000_000, small=2_500)
ROWS = sized(5_000, small=50)
TIMES = sized(5, small=1)

DATA = data_of(__file__)


def figures() -> dict[str, float]:
    newsletter = Newsletter.objects.order_by("pk")[0]
    with connection.cursor() as cursor:
        for statement in DATA["fill"].format(people=PEOPLE, newsletter=newsletter.pk).split(";"):
            cursor.execute(statement)
    desk = Client()
    desk.force_login(get_user_model().objects.create_superuser("bench@example.org", "bench", display_name="Bench"))
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        measured = {
            name: milliseconds(partial(desk.get, f"/admin/mailing/{page.format(newsletter=newsletter.pk)}"), TIMES)
            for name, page in DATA["pages"].items()
        }
    return measured | {"import_rows_per_second": import_speed(newsletter)}


def import_speed(newsletter: Newsletter) -> float:
    """Looked at and stored, as the command does it."""
    text = "email,name\n" + "".join(f"new{number}@example.org,New {number}\n" for number in range(ROWS))
    with NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(text)
        file.flush()
        said = Said([], [], [], "active")
        return ROWS / seconds(lambda: list(bring_in(Path(file.name), newsletter, said, evidence="bench")))
