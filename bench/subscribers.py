"""The lists of the post office with a million subscribers, as an editor opens, filters and searches them; and what it
takes to import a list. In milliseconds, the median of five; the import in rows a second."""

from functools import partial
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings

from bench import milliseconds, seconds, sized
from mailing.lists.columns import lines_of
from mailing.lists.importing import Source, take_in
from newsletter.models import Newsletter

PEOPLE = sized(1_000_000, small=2_500)
ROWS = sized(5_000, small=50)
TIMES = sized(5, small=1)

FILL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def figures() -> dict[str, float]:
    newsletter = Newsletter.objects.order_by("pk")[0]
    with connection.cursor() as cursor:
        for statement in FILL.format(people=PEOPLE, newsletter=newsletter.pk).split(";"):
            cursor.execute(statement)
    pages = {
        "subscribers_list_ms": "subscriber/",
        "subscribers_last_page_ms": "subscriber/?p=20",
        "subscribers_address_ms": "subscriber/?q=person777777@example.org",
        "subscribers_beginning_ms": "subscriber/?q=person77777",
        "subscribers_everybody_ms": "subscriber/?q=person",
        "subscribers_domain_ms": "subscriber/?q=@example.org",
        "subscribers_nowhere_ms": "subscriber/?q=nobody-is-called-so",
        "subscribers_suppressed_ms": "subscriber/?suppressed=any",
        "subscribers_language_ms": "subscriber/?language=fr",
        "subscriptions_list_ms": "subscription/",
        "subscriptions_left_ms": f"subscription/?newsletter__id__exact={newsletter.pk}&state__exact=left",
        "subscriptions_asked_ms": f"subscription/?newsletter__id__exact={newsletter.pk}&state__exact=asked",
        "subscriptions_active_ms": f"subscription/?newsletter__id__exact={newsletter.pk}&state__exact=active",
        "subscriptions_everybody_ms": "subscription/?q=person",
        "subscriptions_address_ms": "subscription/?q=person777777@example.org",
        "suppressions_list_ms": "suppression/",
    }
    desk = Client()
    desk.force_login(get_user_model().objects.create_superuser("bench@example.org", "bench", display_name="Bench"))
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        measured = {
            name: milliseconds(partial(desk.get, f"/admin/mailing/{page}"), TIMES) for name, page in pages.items()
        }
    return measured | {"import_rows_per_second": import_speed(newsletter)}


def import_speed(newsletter: Newsletter) -> float:
    text = "email,name\n" + "".join(f"new{number}@example.org,New {number}\n" for number in range(ROWS))
    source = Source("bench", "bench")
    return ROWS / seconds(lambda: take_in(lines_of(text.encode()), newsletter, source, dry_run=False))
