"""What was taken out comes back: into an empty site with every number and page, elsewhere beside what is there."""

import json
import re
import time
from collections import Counter
from datetime import timedelta
from io import BytesIO
from itertools import islice
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q
from django.test import Client
from django.utils import timezone

from accounts.models import User
from comments import paths
from comments.models import Comment, stored_discussion_of
from comments.rendering import render_bodies
from core import page_cache
from core.rich_text import Unreadable
from interchange.bringing import opening, stages
from interchange.models import Import
from interchange.returning.archive import Archive
from interchange.taking.declared import Part
from interchange.taking.writing import write
from mailing.lists import suppressing
from mailing.models import Consent, Delivery, Dispatch, Subscriber, Subscription
from newsletter import demo
from newsletter.models import Article, Issue, Newsletter, Picture
from newsletter.rendering import render_texts
from participation.models import Poll, Voice
from tests import cast
from tests.interchange import places
from tests.interchange.test_restoring import manage

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

LINK = re.compile(r'(?:href|<loc>https?://[^/<]+|<link>https?://[^/<]+)(?:=")?(/[^"#<>?]*)')
ELSEWHERE = ("/static/", "/media/", "/account", "/admin", "/theme")


def taken(**wishes):
    file = BytesIO()
    write(file, **wishes)
    return file.getvalue()


def bring(content):
    """All of it; returns what became of its rows, and the remarks."""
    counts, remarks = Counter(), []
    with opening.opened(BytesIO(content), "export.zip") as files:
        archive = Archive(files)
        archive.begin()
        for piece in archive.pieces:
            for outcome, _last in archive.store(piece):
                remarks += outcome.remarks
                counts += outcome.counts
    return dict(counts), remarks


def changed(content, changes):
    """The same archive with other contents of some entries, by their names: what these functions make of them."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(changes.keys() - {*old.namelist()})]:
            was = old.read(name) if name in old.namelist() else b""
            new.writestr(name, changes.get(name, lambda same: same)(was))
    return file.getvalue()


def pages():
    """Whatever anybody can reach from the home page and the sitemap."""
    page_cache.forget()
    browser, found, waiting = Client(), {}, {"/", "/sitemap.xml", "/search/?q=tide"}
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        found[path] = (answer.status_code, answer.content)
        if answer.status_code == 200 and "text" in answer["Content-Type"] + "xml":
            linked = {each for each in LINK.findall(answer.content.decode(errors="replace")) if is_page(each)}
            waiting |= linked - found.keys()
    return found


PARTS = [part for part in Part.ALL if part != Part.PEOPLE]


def statuses(found):
    return {path: status for path, (status, _content) in found.items()}


def is_page(path):
    return not path.startswith(ELSEWHERE)


@pytest.fixture
def media(settings, folders):
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folders[0] / "media"}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    later = {**settings.TASKS["default"], "BACKEND": "django.tasks.backends.dummy.DummyBackend"}
    settings.TASKS = {"default": later}  # sizes of pictures can wait
    return folders[0]


@pytest.mark.parametrize("engine", places.ENGINES)
def test_the_demo_comes_back_as_it_was_with_every_page_and_permalink(media, tmp_path, engine):
    engine_here = connection.vendor
    with places.on_disk(media):
        demo.load()
        content, before, alone = taken(), pages(), taken(newsletter="shanjian-laixin")
        nobody = taken(parts=PARTS)
    assert any(path.startswith("/comments/") for path in before)
    with places.empty(engine, tmp_path):
        call_command("migrate", verbosity=0)
        _counts, remarks = bring(content)
        assert remarks == []
        after = pages()
        if engine == engine_here:  # each ranks what it finds in its own way
            assert [path for path in before if before[path] != after[path]] == []
        assert statuses(after) == statuses(before)
        assert taken() == content
        counts, remarks = bring(content)  # again
        assert counts.keys() == {"same"}
        assert remarks == []
        assert taken() == content
    with places.site_without_anything(tmp_path):
        assert bring(alone)[1] == []
        assert Newsletter.objects.get().slug == "shanjian-laixin"
    with places.site_without_anything(tmp_path):
        assert bring(nobody)[1] == []
        assert Comment.objects.exists()
        assert taken(parts=PARTS) == nobody


@pytest.fixture
def site(media, published):
    """Low Tide with a picture in a text, a voice of Rita, a poll, Sumi who subscribes and Otto who left."""
    with places.on_disk(media):
        yield fill(published)


def fill(issue):
    newsletter, rita = issue.newsletter, cast.rita()
    cast.picture("mud")
    poll = cast.poll(newsletter)
    crabs = issue.articles.get(slug="crabs")
    comment = write_comment(crabs, rita, "Crabs walk sideways.")
    write_comment(crabs, rita, "And back.", parent=comment)
    voice = Voice.objects.create(source="comment", key=comment.pk, issue=issue, reader=rita, quotation="Crabs.")
    crabs.body += f"\n\n![mud](picture:mud)\n\npoll:{poll.name}\n\n{voice.name}\n"
    crabs.save()
    render_texts(crabs)
    for name, state in (("sumi", "active"), ("otto", "left")):
        subscriber = Subscriber.objects.create(email=f"{name}@example.org")
        subscription = Subscription.objects.create(subscriber=subscriber, newsletter=newsletter, state=state)
        Consent.objects.create(subscription=subscription, event="confirmed" if state == "active" else "left")
    return issue


def write_comment(place, author, body, parent=None):
    comment = Comment(discussion=stored_discussion_of(place), author=author, body=body, parent=parent, name="Rita")
    comment.state, comment.shown = "approved", True
    if parent:
        comment.root, comment.path, comment.depth = parent, "new", 1
    comment.save()
    if parent:
        comment.path = paths.child(parent.path, comment.pk)
        comment.save()
    render_bodies([comment])
    comment.save()
    return comment


def other_site():
    """Something of everything is here already, under the same numbers and names."""
    newsletter = cast.low_tide(slug="high-tide", title="High Tide")
    issue = cast.issue(newsletter)
    article = cast.article(newsletter, issue, body="Ours")
    rita = cast.rita()
    cast.picture("mud", alt="Another mud")
    cast.poll(newsletter)
    for _number in range(4):
        comment = write_comment(article, rita, "Ours")
        Voice.objects.create(source="comment", key=comment.pk, issue=issue, reader=rita, quotation="Ours")
        issue = cast.issue(newsletter, number=issue.number + 1, slug=f"n{issue.number + 1}")
    return article


def test_beside_what_is_there_all_gets_numbers_and_names_of_its_own(site, tmp_path):
    crabs = site.articles.get(slug="crabs")
    crabs.body += "\nAs [Rita](/comments/1/) says.\n"
    crabs.save()
    content = taken()
    with places.site_without_anything(tmp_path):
        ours = other_site()
        before = {model: model.objects.count() for model in (Comment, Voice, Poll, Picture, User)}
        _counts, remarks = bring(content)
        assert [(each.kind, each.words.partition(":")[0]) for each in remarks] == [
            ("links to comments", "low-tide/0001-march/02-crabs.md")
        ]
        crabs = Article.objects.get(slug="crabs")
        voice = Voice.objects.get(issue=crabs.issue)
        first, reply = Comment.objects.filter(discussion__article=crabs).order_by("pk")
        assert (voice.key, reply.parent, reply.root) == (first.pk, first, first)
        assert reply.path == paths.child("", reply.pk)
        assert f"voice:{voice.pk}\n" in crabs.body
        assert "(picture:mud-2)" in crabs.body
        assert "\npoll:horn-2\n" in crabs.body
        assert Picture.objects.get(name="mud-2").file.url in crabs.body_html
        assert reply.author == User.objects.get(email="rita@example.org")
        assert Client().get(f"/comments/{reply.pk}/").status_code == 200
        ours.refresh_from_db()
        assert ours.body == "Ours"
        assert Comment.objects.count() == before[Comment] + 2
        after = {model: model.objects.count() for model in before}
        assert bring(content)[0].keys() == {"same"}
        assert after == {model: model.objects.count() for model in before}


def test_a_no_that_was_said_here_is_not_undone(site, tmp_path):
    content = taken()
    with places.site_without_anything(tmp_path):
        newsletter = cast.low_tide()
        for name, state in (("sumi", "left"), ("otto", "active")):
            subscriber = Subscriber.objects.create(email=f"{name}@example.org")
            Subscription.objects.create(
                subscriber=subscriber, newsletter=newsletter, state=state, since=timezone.now() - timedelta(days=9)
            )
        suppressing.suppress("ben@example.org", suppressing.Reason.ERASED)
        bring(content)
        assert states() == {"sumi@example.org": "left", "otto@example.org": "left"}  # later than the yes of here
        assert state_of_record("otto@example.org") == ["left"]


def states():
    return dict(Subscription.objects.values_list("subscriber__email", "state"))


def state_of_record(email):
    return list(Consent.objects.filter(subscription__subscriber__email=email).values_list("event", flat=True))


def test_who_was_erased_here_does_not_come_back(site, tmp_path):
    content = taken()
    with places.site_without_anything(tmp_path):
        suppressing.suppress("sumi@example.org", suppressing.Reason.ERASED)
        suppressing.suppress("otto@example.org", suppressing.Reason.COMPLAINED)
        counts, _remarks = bring(content)
        assert counts["erased"] == 1
        assert list(Subscriber.objects.values_list("email", flat=True)) == ["otto@example.org"]
        assert suppressing.gets_nothing("otto@example.org")


def test_what_was_under_way_does_not_go_on_by_itself(site, tmp_path):
    sumi = Subscriber.objects.get(email="sumi@example.org")
    dispatch = Dispatch.objects.create(issue=site, subject="March", state="sending", started_at=timezone.now())
    Delivery.objects.create(dispatch=dispatch, subscriber=sumi, message_id="<1@x>", state="in_flight")
    content = taken()
    with places.site_without_anything(tmp_path):
        bring(content)
        assert Dispatch.objects.get().state == "paused"
        assert Delivery.objects.get().state == "uncertain"
        assert not Dispatch.objects.due().exists()


def test_nobody_gets_rights_by_a_file(site, tmp_path):
    def grant(rows):
        found = [json.loads(line) | {"is_superuser": True, "is_let_in": True, "password": "x"} for line in lines(rows)]
        return "\n".join(map(json.dumps, found)).encode()

    content = changed(taken(), {"rows/accounts.user.jsonl": grant})
    with places.site_without_anything(tmp_path):
        bring(content)
        assert User.objects.exists()
        assert not User.objects.filter(Q(is_superuser=True) | Q(is_let_in=True)).exists()
        assert not any(user.has_usable_password() for user in User.objects.all())


def lines(content):
    return content.decode().splitlines()


HARM = {
    "a line that is no JSON": ("rows/comments.comment.jsonl", b'{"id": 1, "disc', "this line is no row"),
    "a row of nothing": ("rows/comments.like.jsonl", b'{"id": 9, "comment": 777, "reader": 1}', "comment 777"),
    "a number that is a name": ("rows/comments.like.jsonl", b'{"id": "x", "comment": 1}', "no number of its own"),
    "a number of another kind": ("rows/comments.like.jsonl", b'{"id": 9, "comment": {"a": 1}}', "not there"),
    "too long": ("rows/taggit.tag.jsonl", json.dumps({"id": 9, "name": "x" * 900, "slug": "x"}).encode(), "name"),
    "a kind that is none": ("rows/comments.rule.jsonl", b'{"id": 9, "name": "x", "kind": "odd"}', "kind: there is no"),
    "a file elsewhere": (
        "rows/newsletter.picture.jsonl",
        b'{"id": 9, "name": "x", "file": "../../etc/passwd", "alt": "x"}',
        "file: no file of this program",
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_what_does_not_fit_is_left_out_and_named(site, tmp_path, harm):
    name, row, words = HARM[harm]
    content = changed(taken(), {name: lambda rows: rows + row + b"\n"})
    with places.site_without_anything(tmp_path):
        _counts, remarks = bring(content)
        number = len(lines(ZipFile(BytesIO(content)).read(name)))
        assert [(remark.line, words in remark.words) for remark in remarks] == [(number, True)]
        assert remarks[0].words.startswith(name)
        assert Article.objects.filter(slug="crabs").exists()


BOMB = b"---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: [*b, *b]\ncourant: {id: 1}\n---\n\n"


@pytest.mark.parametrize(
    "text",
    [b"no front matter", b"---\na: [\n---\n\n", b"---\ntitle: x\ncourant: {id: 1}\n---\n\n", b"\xff\xfe\0", BOMB],
)
def test_of_an_issue_that_cannot_be_read_nothing_is_stored(site, tmp_path, text):
    content = changed(taken(), {"low-tide/0001-march/issue.md": lambda _was: text})
    with places.site_without_anything(tmp_path):
        _counts, remarks = bring(content)
        assert "low-tide/0001-march/issue.md" in remarks[0].words
        assert not Issue.objects.exists()


@pytest.mark.parametrize(
    "manifest", [b"[]", b"{}", b'{"program": "Courant"}', b'{"program": "Courant", "format": 99}']
)
def test_what_does_not_say_what_it_is_is_refused(site, manifest):
    content = changed(taken(), {"courant.json": lambda _was: manifest})
    brought = Import.objects.create(newsletter=site.newsletter, name="x.zip")
    brought.upload = default_storage.save("bringing/x", ContentFile(content))
    before = Article.objects.count()
    try:
        list(stages.plan(brought))
    except Unreadable:
        assert b"program" in manifest
    assert Article.objects.count() == before


def test_whoever_is_killed_and_begins_again_stores_nothing_twice_and_nothing_half(site, media, tmp_path):
    for number in range(2, 12):
        issue = cast.issue(site.newsletter, number, slug=f"no-{number}")
        for place in range(5):
            article = cast.article(site.newsletter, issue, slug=f"a-{place}", title=f"A {place}")
            write_comment(article, User.objects.get(), f"Said below {number}, {place}")
    content = taken()
    (tmp_path / "export.zip").write_bytes(content)
    with places.site_without_anything(media):
        for kill in range(1, 9):
            with manage(media, "bring", tmp_path / "export.zip") as process:
                for _line in islice(process.stdout, 3 * kill):
                    pass
                time.sleep(0.03 * kill)
                process.kill()
            whole = Issue.objects.annotate(inside=Count("articles", distinct=True))
            assert {issue.inside for issue in whole} <= {3, 5}
        process = manage(media, "bring", tmp_path / "export.zip")
        assert "0 remarks." in process.communicate()[0]
        assert taken() == content


def test_a_file_that_was_edited_changes_its_text_unless_that_was_changed_here(site, tmp_path):
    content = taken()
    edited = changed(content, {"low-tide/0001-march/02-crabs.md": lambda text: text + b"And a shell.\n"})
    with places.site_without_anything(tmp_path):
        bring(content)
        counts, remarks = bring(edited)
        assert (counts["changed"], remarks) == (1, [])
        crabs = Article.objects.get(slug="crabs")
        assert "And a shell." in crabs.body_html
        assert crabs.revisions.stored().first().note == "Brought in"
        assert "changed" not in bring(edited)[0]
        assert "changed" not in bring(content)[0]  # as it was there: newer here


def test_beside_another_newsletter_old_issues_are_no_news(site, tmp_path):
    content = taken()
    with places.site_without_anything(tmp_path):
        cast.low_tide(slug="high-tide", title="High Tide")
        bring(content)
        assert not Issue.objects.news().exists()


def test_of_two_articles_with_one_address_the_issue_is_left_out_whole(site, tmp_path):
    content = taken()
    twin = ZipFile(BytesIO(content)).read("low-tide/0001-march/02-crabs.md").replace(b"\n  id: ", b"\n  id: 9")
    content = changed(content, {"low-tide/0001-march/09-crabs.md": lambda _was: twin})
    with places.site_without_anything(tmp_path):
        _counts, remarks = bring(content)
        assert remarks[0].words.startswith("low-tide/0001-march: ")
        assert not Issue.objects.exists()


def test_no_text_takes_an_address_that_the_site_needs(site, tmp_path):
    def take_comments(text):
        return text.replace(b"slug: crabs", b"slug: comments")

    content = changed(taken(), {"low-tide/0001-march/02-crabs.md": take_comments})
    with places.site_without_anything(tmp_path):
        _counts, remarks = bring(content)
        assert "Every issue needs the address" in remarks[0].words
        assert not Article.objects.filter(slug="comments").exists()


def test_at_the_desk_it_is_planned_stopped_and_gone_on_with(site, tmp_path):
    content = taken()
    with places.site_without_anything(tmp_path):
        brought = Import.objects.create(newsletter=cast.low_tide(slug="high-tide"), name="export.zip")
        brought.upload = default_storage.save("bringing/export", ContentFile(content))
        assert list(stages.plan(brought))[-1] == brought.documents.count()
        assert brought.format == "Courant"
        assert not Article.objects.exists()
        next(stages.go_on(brought))  # and stopped
        assert not Article.objects.exists()
        list(stages.go_on(brought))
        assert {*brought.documents.values_list("state", flat=True)} <= {"made", "same"}
        assert Article.objects.filter(slug="crabs").exists()
        assert any(line.startswith("low-tide/0001-march → No. 1 “March”") for line in stages.report(brought))
