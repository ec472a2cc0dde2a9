"""What editors are told before readers see something: each kind of finding has documents in which it is found, and
documents in which it is not."""

import re
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_datetime

from newsletter.checking import findings
from newsletter.checking.finding import DATA, Severity
from newsletter.models import Article, Issue, Link, Newsletter, Picture, Redirect, Status
from newsletter.rendering import render_texts
from participation.models import Voice
from tests import cast
from tests.comments import talk
from tests.scenes import record, rehearsal

pytestmark = pytest.mark.django_db

DOCUMENTS = yaml.safe_load((Path(__file__).parents[1] / "documents/checks.yaml").read_text(encoding="utf-8"))
LONG_AGO = datetime(2024, 6, 5, 9, 30, tzinfo=UTC)
#: What their authors say to it, and what is quoted: the last one's words have changed.
VOICES = [("asked", "The river"), ("agreed", "The river"), ("refused", "The river"), ("agreed", "The sea")]
ENOUGH = "What the water left behind in spring, and who came to see it."


def complete(thing, **fields):
    """Give a thing everything that is asked for, but for some fields."""
    picture = thing.lead_picture or cast.picture(f"picture-of-{thing.slug}")
    for name, value in {"summary": ENOUGH, "lead_picture": picture, **fields}.items():
        setattr(thing, name, value)
    thing.save()
    render_texts(thing)
    return thing


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), rehearsal():
        return record(number_five)


@pytest.fixture
def draft(scene, db):
    return scene.play()


def number_five():
    """The parts of a complete draft, No. 5, after an issue, and beside pages that nobody sees."""
    low_tide = cast.low_tide()
    number_one = cast.issue(low_tide, 1)
    cast.article(low_tide, number_one, title="Terns of old", tags=["côast", "erosion"])
    cast.issue(low_tide, 7, status=Status.DRAFT)
    cast.issue(low_tide, 8, status=Status.WITHDRAWN)
    cast.article(low_tide, title="Draft", status=Status.DRAFT, published_at=None)
    Redirect.objects.leave("/old/", "/low-tide/")
    issue = complete(cast.issue(low_tide, 5, status=Status.DRAFT), preheader="In the mud", subject="Mud")
    essay = complete(cast.article(low_tide, issue, status=Status.DRAFT, published_at=None, tags=["mud"]))
    given = {"kind": "item", "source_url": "https://river.example/crabs", "body": "Crabs came."}
    item = cast.article(low_tide, issue, title="Crabs", status=Status.DRAFT, published_at=None, **given)
    section = cast.section(issue, intro="Nothing this month.")
    known = {
        "dead": {"failures": 2},
        "once": {"failures": 1},
        "unsure": {"status": 503},
        "moved": {"moved_to": "https://n.example/"},
    }
    for host, facts in known.items():
        Link.objects.create(address=f"https://{host}.example/", **facts)
    for name, facts in {
        "walk": {},
        "old": {"starts_at": LONG_AGO, "ends_at": None},
        "off": {"state": "cancelled"},
        "unannounced": {"state": "draft"},
        "theirs": {"newsletter": Newsletter.objects.create(title="The River", slug="the-river")},
    }.items():
        cast.event(**{"newsletter": low_tide, "slug": name, **facts})
    for name, facts in {"ask": {}, "over": {"closes_at": LONG_AGO}, "lone": {"answers": ["Mud"]}}.items():
        cast.poll(low_tide, name, **facts)
    river, rita = talk.under(number_one), cast.rita()
    for number, (state, quotation) in enumerate(VOICES, start=1):
        key = talk.say(river, rita, f"The river is {number} feet high.").pk
        Voice.objects.create(pk=number, issue=issue, source="comment", key=key, state=state, quotation=quotation)
    picture = cast.picture("ripples")
    essay.lead_picture = picture
    essay.save()
    return {
        "issue": issue,
        "essay": essay,
        "item": item,
        "section": section,
        "newsletter": low_tide,
        "picture": picture,
    }


def put(draft, where, document):
    name, field = where.split(".")
    thing = draft[name]
    if field == "tags":
        thing.tags.set([document])
        return
    match document:
        case str() if field == "lead_picture":
            document = Picture.objects.get(name=document)
        case str() if field == "published_at":
            document = parse_datetime(document)
        case str() if "×" in document:
            times, words = document.split(" × ")
            document = words * int(times)
    setattr(thing, field, document)
    thing.save()
    if field in {"body", "closing", "intro", "about"}:
        render_texts(thing.issue if name == "section" else thing)


def keys(draft, *, thorough=False):
    return {finding.key for finding in findings(Issue.objects.get(pk=draft["issue"].pk), thorough=thorough)}


@pytest.mark.parametrize("key", DOCUMENTS)
def test_each_flaw_is_found_where_it_is_and_nowhere_else(draft, key):
    wrong = [
        (case["in"], document)
        for case in DOCUMENTS[key]
        for kind in ("found", "fine")
        for document in case[kind]
        if (key in keys_with(draft, case["in"], document)) is (kind == "fine")
    ]
    assert wrong == []
    assert all(case["found"] and case["fine"] for case in DOCUMENTS[key])


def keys_with(draft, where, document):
    with rehearsal():
        put(deepcopy(draft), where, document)
        return keys(draft, thorough=any(sign in str(document) for sign in ("×", "poll:", "voice:")))


def test_each_kind_has_documents_and_words_and_says_how_severe_it_is():
    template = Path(get_template("admin/newsletter/finding.txt").origin.name).read_text()
    words = set(re.findall(r'key == "([\w-]+)"', template))
    assert {*DOCUMENTS, "no-articles", "much-came-back"} == DATA["severity"].keys() == words


def test_a_complete_draft_passes(draft):
    assert findings(draft["issue"]) == []
    assert findings(draft["essay"]) == findings(draft["item"]) == []


def found_in(thing):
    return {(str(finding.thing), finding.field, finding.key) for finding in findings(thing)}


def test_an_issue_without_articles_is_an_error(low_tide):
    assert ("Issue 5", "articles", "no-articles") in found_in(cast.issue(low_tide, 5))


def test_a_picture_that_is_shown_twice_is_named_once(draft):
    Picture.objects.update(credit="")
    put(draft, "essay.body", "![Ripples](picture:ripples) and ![Ripples](picture:ripples)")
    essay = Article.objects.get(pk=draft["essay"].pk)
    assert [str(finding.thing) for finding in findings(essay) if finding.key == "no-credit"] == ["ripples"]


def test_links_are_named_once_in_each_field(draft):
    put(draft, "essay.body", "[a](http://example.org/a) and http://example.org/a")
    (finding,) = findings(draft["essay"])
    assert (finding.field, finding.about) == ("body", "http://example.org/a")


def test_errors_come_first_then_warnings_then_hints(draft):
    put(draft, "essay.body", "# A\n\n### B\n\n![photo](picture:nothing) [](https://river.example/)")
    found = [finding.severity for finding in findings(draft["issue"])]
    assert found == sorted(found, key=[*Severity].index)
    assert {*found} == {*Severity}


def test_each_finding_leads_to_where_it_is_mended(draft):
    put(draft, "essay.body", "![Nothing](picture:nothing)")
    (finding,) = findings(draft["issue"])
    assert finding.url == f"/admin/newsletter/article/{draft['essay'].pk}/change/#id_body"
    assert "“nothing”" in finding.message
    put(draft, "section.intro", "[a](/b)")
    urls = [finding.url for finding in findings(Issue.objects.get(pk=draft["issue"].pk))]
    assert f"/admin/newsletter/issue/{draft['issue'].pk}/change/#contents" in urls


def test_withdrawn_articles_are_left_in_peace(draft, edda):
    put(draft, "essay.body", "")
    draft["essay"].status = Status.WITHDRAWN
    draft["essay"].save()
    assert findings(Issue.objects.get(pk=draft["issue"].pk)) == []


def test_an_article_may_lead_to_its_neighbours(draft):
    put(draft, "essay.body", "[Crabs](https://courant.example/low-tide/no-5/crabs/)")
    assert findings(draft["issue"]) == []
    assert [finding.key for finding in findings(draft["essay"])] == ["unseen-link"]


def test_the_number_of_queries_does_not_grow(draft):
    issue, section, counts = draft["issue"], draft["section"], []
    for more in (10, 50):
        for number in range(issue.articles.count(), more):
            body = f"![R](picture:ripples) [a](https://r{number}.example/) [b](https://courant.example/old/{number}/)"
            made = cast.article(issue.newsletter, issue, title=f"A {number}", section=section, tags=[f"t{number}x"])
            type(made).objects.filter(pk=made.pk).update(body=body)
        with CaptureQueriesContext(connection) as queries:
            findings(Issue.objects.get(pk=issue.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("piece", ["[a](b c) ", "until 3 March 2024 ", "[a][b] ", "请在2024年3月3日前"])
def test_long_texts_are_looked_at_as_well(piece, low_tide):
    essay = cast.article(low_tide, status=Status.DRAFT)
    essay.body = piece * (20_000 // len(piece))
    assert 0 < len(findings(essay)) < 5_000


def test_errors_are_overridden_with_a_reason_that_is_kept(desk, draft):
    essay = draft["essay"]
    put(draft, "essay.body", "![Nothing](picture:nothing)")
    page = f"/admin/newsletter/article/{essay.pk}/publish/"
    assert "In spite of errors" in desk.get(page).content.decode()
    refused = desk.post(page, {"stated": "", "reason": " "})
    assert (refused.status_code, refused.context["excuse"].errors.keys()) == (200, {"reason"})
    looked = desk.post(page, {"_look": "1", "reason": "It comes"})
    assert looked.context["excuse"]["reason"].value() == "It comes"
    essay.refresh_from_db()
    assert essay.status == Status.DRAFT
    assert desk.post(page, {"stated": "", "reason": "It comes tomorrow"}).status_code == 302
    essay.refresh_from_db()
    assert essay.status == Status.PUBLISHED
    history = desk.get(f"/admin/newsletter/article/{essay.pk}/history/").content.decode()
    assert "It comes tomorrow" in history
    assert "no picture called “nothing”" in history


def test_the_page_of_checks_has_the_worker_look_at_the_links(desk, draft):
    put(draft, "essay.body", "[a](https://river.example/b)")
    page = f"/admin/newsletter/issue/{draft['issue'].pk}/checks/"
    assert "Nothing is missing" in desk.get(page).content.decode()
    assert desk.post(page).url == page
    waiting = {link.address for link in Link.objects.asked_for()}
    assert waiting == {"https://river.example/b", "https://river.example/crabs"}
    assert "2 links wait" in desk.get(page).content.decode()


def test_without_errors_nothing_is_asked(desk, draft):
    page = f"/admin/newsletter/article/{draft['essay'].pk}/publish/"
    assert "In spite of errors" not in desk.get(page).content.decode()
