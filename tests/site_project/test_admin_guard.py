"""No list of the admin tells, letter by letter, what its page does not show."""

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models.constants import LOOKUP_SEP
from django.test import Client

from accounts.models import User
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db

LOOKUPS = ["startswith", "regex", "gt", ""]
#: What each list offers, by the field alone; every other lookup of every field is refused.
OFFERED = {
    "accounts.User": {"is_superuser", "is_active", "groups", "groups__id", "date_joined"},
    "comments.Comment": {"state", "author__id", "discussion__id"},
    "comments.Discussion": {"mode"},
    "comments.ModerationEvent": {"action", "created_at"},
    "comments.Rule": {"kind", "outcome", "is_on"},
    "django_tasks_database.DBTaskResult": {"status", "priority", "queue_name"},
    "mailing.Delivery": {"state", "dispatch__id"},
    "mailing.Dispatch": {"state", "issue__newsletter", "issue__newsletter__id"},
    "mailing.Subscription": {"newsletter", "newsletter__id", "state"},
    "mailing.Subscriber": {"language"},
    "mailing.Suppression": {"reason"},
    "newsletter.Article": {"newsletter", "newsletter__id", "kind", "tags__id", "published_at"},
    "newsletter.Issue": {"newsletter", "newsletter__id", "published_at"},
    "newsletter.Newsletter": {"language"},
    "participation.Tip": {"state"},
    "newsletter.Picture": {"created_at"},
    "newsletter.Redirect": {"created_at"},
}
LISTS = {each.opts.label: each for each in admin.site._registry.values()}


def owner():
    return User.objects.create_superuser("owner@example.org", "correct horse", display_name="Owen")


def paths(model, depth=1):
    """Every field of a model, and of those that it leads to, in both directions."""
    for field in model._meta.get_fields():
        yield field.name
        if depth and field.is_relation and field.related_model:
            for inner in paths(field.related_model, depth - 1):
                yield f"{field.name}{LOOKUP_SEP}{inner}"


def asked_for(rf, list_admin, user, key, value="a"):
    request = rf.get("/", {key: value})
    request.user = user
    try:
        list_admin.get_changelist_instance(request)
    except (DisallowedModelAdminLookup, IncorrectLookupParameters):
        return False
    return True


@pytest.mark.parametrize("label", LISTS)
def test_no_list_takes_a_filter_that_its_page_does_not_offer(rf, label):
    user, list_admin = owner(), LISTS[label]
    offered = OFFERED.get(label, set())
    taken = {
        path
        for path in sorted(set(paths(list_admin.model)))
        for lookup in (LOOKUPS[:1] if LOOKUP_SEP in path else LOOKUPS)
        for key in [f"{path}{LOOKUP_SEP}{lookup}".removesuffix(LOOKUP_SEP)]
        if (path not in offered or lookup in {"startswith", "regex", "icontains"})
        if asked_for(rf, list_admin, user, key)
    }
    assert taken == set()


def test_what_is_offered_is_still_taken(rf):
    user = owner()
    for label, key in [
        ("accounts.User", "is_superuser__exact"),
        ("comments.Comment", "author__id__exact"),
        ("mailing.Delivery", "dispatch__id__exact"),
        ("mailing.Dispatch", "issue__newsletter__id__exact"),
        ("newsletter.Article", "tags__id__exact"),
        ("newsletter.Issue", "published_at__year"),
    ]:
        assert asked_for(rf, LISTS[label], user, key, "1"), (label, key)


@pytest.fixture
def otto(published):
    """A reader who has written something."""
    otto = talk.otto()
    talk.say(talk.under(published.articles.get(slug="mud")), otto, "The tide turns.")
    return otto


@pytest.mark.parametrize("field", ["email", "password", "user_permissions__codename", "emailaddress__email"])
@pytest.mark.parametrize(("table", "prefix"), [("reader", ""), ("comment", "author__"), ("queue", "author__")])
def test_a_moderator_guesses_no_address_and_no_password(milo, otto, table, prefix, field):
    client = Client()
    client.force_login(milo)
    secret = {"email": otto.email, "password": otto.password}.get(field, "x")
    answers = [
        client.get(f"/admin/comments/{table}/", {f"{prefix}{field}__startswith": value, **more})
        for value in (secret[:4], "nobody")
        for more in ({}, {"_popup": "1"}, {"_facets": "1"}, {"q": "Otto"})
    ]
    assert {answer.status_code for answer in answers} <= {302, 400}
    assert len({answer.content for answer in answers}) == 1
    actions = [
        client.post(f"/admin/comments/comment/?{prefix}{field}__startswith={value}", {"action": "spam", "index": 0})
        for value in (secret[:4], "nobody")
    ]
    assert {answer.status_code for answer in actions} <= {302, 400}


@pytest.mark.parametrize("table", ["reader", "comment", "queue", "spam", "discussion"])
def test_a_moderator_finds_nobody_by_their_address(milo, otto, table):
    client = Client()
    client.force_login(milo)
    page = client.get(f"/admin/comments/{table}/", {"q": otto.email})
    assert otto.display_name not in page.content.decode().partition('id="changelist"')[2]


@pytest.mark.parametrize("person", [cast.milo, cast.edda])
def test_who_may_not_see_people_gets_no_suggestions_of_them(person):
    client = Client()
    client.force_login(person())
    asked = {"app_label": "newsletter", "model_name": "contributor", "field_name": "user", "term": "a"}
    assert client.get("/admin/autocomplete/", asked).status_code == 403


#: What stands behind the address of a list when somebody mistypes it, or tries what happens.
ODD = [
    "issue=x",
    "issue__id__exact=x",
    "dispatch__id__exact=99999999999999999999999",
    "newsletter__id__exact=99999999999999999999999",
    "tags__id__exact=x",
    "author__id__exact=99999999999999999999999",
    "published_at__year=99999999999",
    "created_at__year=0",
    "created_at__year=2026&created_at__month=77",
    "p=99999999999999999999999",
    "p=x",
    "o=99.x",
    "q=%00",
    "all=",
]


@pytest.mark.parametrize(
    "label", [label for label in LISTS if label.startswith(("newsletter", "mailing.De", "comments.C"))]
)
def test_odd_values_in_the_address_of_a_list_lead_back_to_the_list(client, label):
    client.force_login(owner())
    path = f"/admin/{LISTS[label].opts.app_label}/{LISTS[label].opts.model_name}/"
    for query in ODD:
        page = client.get(f"{path}?{query}", follow=True)
        assert page.status_code in {200, 404}, query
        assert [status for _url, status in page.redirect_chain] in ([], [302]), query


@pytest.mark.parametrize("query", ["issue=x", "issue=99999999999999999999999&newsletter=x"])
def test_odd_values_in_the_address_of_a_form_that_adds_do_no_harm(client, low_tide, query):
    client.force_login(owner())
    for model in ("article", "issue", "newsletter"):
        assert client.get(f"/admin/newsletter/{model}/add/?{query}").status_code == 200
