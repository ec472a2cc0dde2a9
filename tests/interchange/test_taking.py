"""An export holds everything but what would let somebody in, and the same site gives the same file."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from interchange.taking.declared import REASONS, read, tables
from interchange.taking.writing import write
from mailing.models import Subscriber, Subscription
from newsletter.composing import compose, from_bytes
from newsletter.composing import read as plan_of
from tests import cast
from tests.interchange import places


def on_a_site(test):
    """An export is read on a connection of its own, for which no database in memory will do."""
    return pytest.mark.slow(pytest.mark.django_db(transaction=True)(pytest.mark.enable_socket(test)))


def taken(**wishes):
    file = BytesIO()
    write(file, **wishes)
    return ZipFile(file)


def rows(archive, name):
    return [json.loads(line) for line in archive.read(f"rows/{name}.jsonl").decode().splitlines()]


def test_every_column_of_every_table_is_taken_or_said_why_not():
    said = read()
    gone = {label for reason in REASONS for label in said["none of it"].get(reason, "").split()}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        if model._meta.proxy or label in gone:
            assert label not in tables()
            continue
        assert label in tables(), f"{label} stands nowhere in interchange/taking/tables.yaml"
        declared = tables()[label]
        columns = sorted(field.name for field in model._meta.local_concrete_fields)
        assert sorted(declared.taken + declared.left) == columns, label
    assert gone <= {model._meta.label for model in apps.get_models(include_auto_created=True)}


def test_what_a_row_names_comes_back_before_it():
    order = list(tables())
    for place, declared in enumerate(tables().values()):
        for field in declared.references:
            assert order.index(field.related_model._meta.label) <= place, (declared.label, field.name)


SECRET = {"password", "is_superuser", "is_let_in", "session_key", "key", "data", "token", "secret", "last_login"}


def test_nothing_that_lets_somebody_in_is_taken():
    taken = {(label, name) for label, declared in tables().items() for name in declared.taken if name in SECRET}
    assert taken == {("participation.Voice", "key"), ("participation.Question", "key")}  # the number of a comment


@pytest.fixture
def site(published, folders):
    with places.on_disk(folders[0]):
        yield fill(published)


def fill(published):
    cast.picture()
    sumi = Subscriber.objects.create(email="sumi@example.org")
    Subscription.objects.create(subscriber=sumi, newsletter=published.newsletter, state="active")
    return published


@on_a_site
def test_the_same_site_gives_the_same_file(site):
    files = [BytesIO(), BytesIO()]
    for file in files:
        write(file)
    assert files[0].getvalue() == files[1].getvalue()


@on_a_site
def test_an_issue_is_markdown_that_is_composed_again(site):
    archive = taken()
    text = archive.read("low-tide/0001-march/02-crabs.md").decode()
    assert text.startswith("---\nkind: article\n")
    assert "\nstatus: published\n" in text
    plan = plan_of(from_bytes(archive.read("low-tide/0001-march/issue.md")))
    assert (plan.about.number, plan.about.slug, plan.title) == (site.number, site.slug, site.title)
    newsletter = cast.low_tide(slug="other", title="Other")
    assert compose(plan, newsletter).thing.number == site.number


@on_a_site
def test_without_people_nobody_is_in_it(site):
    archive = taken(parts=["texts", "pictures", "talk"])
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for somebody in (b"sumi@example.org", b"rita@example.org", b"edda@example.org"):
        assert somebody not in everything
    assert "Left out by whoever made this: people" in archive.read("README.md").decode()


@on_a_site
def test_one_newsletter_alone_brings_nothing_of_another(site):
    other = cast.low_tide(slug="other", title="Other")
    cast.issue(other, slug="elsewhere")
    archive = taken(newsletter="low-tide")
    assert [row["slug"] for row in rows(archive, "newsletter.newsletter")] == ["low-tide"]
    assert not [name for name in archive.namelist() if name.startswith("other/")]


@on_a_site
def test_who_asks_for_what_is_not_there_is_told(site, tmp_path):
    with pytest.raises(CommandError, match="There is no part poeple; there are texts, pictures"):
        call_command("take", str(tmp_path / "x.zip"), without="poeple")
    with pytest.raises(CommandError, match="There is no newsletter high-tide"):
        call_command("take", str(tmp_path / "x.zip"), newsletter="high-tide")
