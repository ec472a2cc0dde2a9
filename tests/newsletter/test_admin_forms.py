"""Every form of the admin explains itself, keeps what was typed, and says what to do about a mistake."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import RequestFactory

from newsletter.models import Article, Contributor, Issue, Newsletter, Redirect, Status
from tests import cast
from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db

OURS = {"newsletter", "taggit", "accounts"}


def all_forms(user):
    """The form for adding and that for changing each kind of thing, with those of its inlines."""
    request = RequestFactory().get("/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label in OURS:
            for thing in (None, model()):
                yield model_admin.get_form(request, thing, change=thing is not None)
                yield from (formset.form for formset, _ in model_admin.get_formsets_with_inlines(request, thing))


def test_every_field_of_every_form_is_explained(admin_user):
    forms = list(all_forms(admin_user))
    fields = [(form.__name__, name, field) for form in forms for name, field in form.base_fields.items()]
    assert len(fields) > 100
    assert [f"{form}.{name}" for form, name, field in fields if not field.help_text] == []


def test_a_refused_issue_keeps_every_word_also_those_in_its_lines(desk, low_tide):
    issue = cast.issue(low_tide, 5, status=Status.DRAFT)
    page = send(
        desk,
        f"/admin/newsletter/issue/{issue.pk}/change/",
        slug="2026",
        body="A long opening",
        **{"sections-0-title": "News", "sections-0-intro": "An introduction", "articles-0-title": "Crabs"},
    )
    kept = fields(page)
    assert "Four figures are the address of a year" in page.content.decode()
    assert (kept["body"], kept["slug"]) == ("A long opening", "2026")
    assert kept["sections-0-title"] == "News"
    assert kept["sections-0-intro"] == "An introduction"
    assert kept["articles-0-title"] == "Crabs"
    issue.refresh_from_db()
    assert issue.slug == "no-5"


def test_a_refused_article_keeps_its_text_tags_and_byline(desk, low_tide):
    ada = cast.contributor()
    page = send(
        desk,
        "/admin/newsletter/article/add/",
        title="",
        body="A long text",
        tags="mud, salt marsh",
        **{"contributions-0-contributor": ada.pk, "contributions-0-role": "translator"},
    )
    kept = fields(page)
    assert kept["body"] == "A long text"
    assert kept["tags"] == "mud, salt marsh"
    assert kept["contributions-0-contributor"] == str(ada.pk)
    assert kept["contributions-0-role"] == "translator"


@pytest.mark.parametrize("slug", ["articles", "tags", "Search", "admin"])
def test_a_newsletter_cannot_take_an_address_of_the_site(desk, slug):
    page = send(desk, "/admin/newsletter/newsletter/add/", title="Low Tide", slug=slug)
    assert f"The site needs the address “/{slug}/” itself. Choose another." in page.content.decode()
    assert not Newsletter.objects.exists()


def test_an_address_that_is_taken_is_refused_beside_its_field(desk, published):
    page = send(desk, "/admin/newsletter/issue/add/", title="March", slug="march")
    errors = page.context["adminform"].form.errors
    assert errors == {"slug": ["“march” is taken already. Choose another address, for example “march-2”."]}


def test_two_stand_alone_articles_cannot_share_an_address(desk, low_tide):
    cast.article(low_tide, slug="mud")
    page = send(desk, "/admin/newsletter/article/add/", title="Mud", slug="mud")
    assert "for example “mud-2”" in page.content.decode()


def test_articles_of_different_issues_may_share_an_address(desk, published):
    april = cast.issue(published.newsletter, 2)
    send(desk, f"/admin/newsletter/article/add/?issue={april.pk}", title="Mud", slug="mud")
    assert april.articles.get().slug == "mud"


def test_an_issue_number_that_is_taken_is_refused_with_the_next_free_one(desk, published):
    page = send(desk, "/admin/newsletter/issue/add/", title="Another", number=1)
    errors = page.context["adminform"].form.errors
    assert errors == {"number": ["There is a No.\u00a01 already. The next free number is 2."]}


def test_an_article_needs_an_issue_or_a_newsletter(desk):
    cast.low_tide()
    cast.low_tide(title="High Tide", slug="high-tide")
    page = send(desk, "/admin/newsletter/article/add/", title="Mud")
    assert "Choose the issue it belongs to, or a newsletter if it stands alone." in page.content.decode()


def test_an_article_is_in_the_newsletter_of_its_issue(desk, published):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    send(desk, f"/admin/newsletter/article/add/?issue={published.pk}", title="Salt", newsletter=other.pk, _update="1")
    assert Article.objects.get(title="Salt").newsletter == published.newsletter


def test_an_article_that_moves_leaves_its_section_behind(desk, published):
    april = cast.issue(published.newsletter, 2)
    crabs = published.articles.get(title="Crabs")
    send(desk, f"/admin/newsletter/article/{crabs.pk}/change/", issue=april.pk, _update="1")
    crabs.refresh_from_db()
    assert (crabs.issue, crabs.section) == (april, None)


def test_a_tag_is_not_made_twice_in_other_capitals(desk, published):
    page = send(desk, "/admin/taggit/tag/add/", name="MUD")
    assert "There is a tag “mud” already: use that one." in page.content.decode()


@pytest.mark.parametrize(
    ("title", "slug"), [("三月的中国", "三月的中国"), ("Mud & more!", "mud-more"), ("？！", "contributor")]
)
def test_an_address_left_empty_is_made_of_the_name(desk, title, slug):
    send(desk, "/admin/newsletter/contributor/add/", name=title)
    assert Contributor.objects.get().slug == slug


def test_an_address_made_of_the_title_gives_way_to_one_that_is_taken(desk, published):
    send(desk, "/admin/newsletter/issue/add/", title="March")
    send(desk, "/admin/newsletter/issue/add/", title="About")
    assert set(Issue.objects.values_list("slug", flat=True)) == {"march", "march-2", "about-2"}


def test_lines_with_the_same_title_get_different_addresses(desk, low_tide):
    issue = cast.issue(low_tide, 5, status=Status.DRAFT)
    cast.article(low_tide, issue, title="News", slug="news")
    lines = {"articles-0-title": "News", "articles-1-title": "Comments"}
    send(desk, f"/admin/newsletter/issue/{issue.pk}/change/", **lines)
    assert set(issue.articles.values_list("slug", flat=True)) == {"news", "news-2", "comments-2"}


def test_the_only_newsletter_and_the_next_number_are_filled_in(desk, published):
    offered = fields(desk.get("/admin/newsletter/issue/add/"))
    assert (offered["newsletter"], offered["number"]) == (str(published.newsletter_id), "2")


def test_with_several_newsletters_the_number_is_found_when_it_is_stored(desk, published):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    assert fields(desk.get("/admin/newsletter/issue/add/"))["number"] == ""
    send(desk, "/admin/newsletter/issue/add/", title="One", newsletter=other.pk, _update="1")
    send(desk, "/admin/newsletter/issue/add/", title="Two", newsletter=published.newsletter_id)
    assert Issue.objects.get(title="One").number == 1
    assert Issue.objects.get(title="Two").number == 2


def test_what_is_new_comes_last(desk, published):
    page = f"/admin/newsletter/issue/{published.pk}/change/"
    send(desk, page, **{"articles-0-title": "Last", "sections-1-title": "Later"})
    assert published.articles.get(title="Last").position == 3
    assert published.sections.get(title="Later").position == 2


def test_an_issue_can_go_to_another_newsletter_with_its_articles(desk, published):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    send(desk, f"/admin/newsletter/issue/{published.pk}/change/", newsletter=other.pk, _update="1")
    assert {article.newsletter for article in published.articles.all()} == {other}


def test_the_lines_of_an_issue_offer_its_own_sections_alone(desk, published):
    cast.section(cast.issue(published.newsletter, 2), "Elsewhere")
    assert "Elsewhere" not in desk.get(f"/admin/newsletter/issue/{published.pk}/change/").content.decode()


@pytest.mark.parametrize("model", ["newsletter", "issue", "article", "picture", "contributor", "redirect"])
def test_who_may_only_look_sees_everything_and_changes_nothing(client, rita, published, model):
    cast.picture("mud")
    Redirect.objects.create(old_path="/old/", new_path="/new/")
    rita.is_let_in = True
    rita.save()
    rita.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(rita)
    thing = apps.get_model("newsletter", model).objects.order_by("pk").first()
    page = client.get(f"/admin/newsletter/{model}/{thing.pk}/change/")
    assert page.status_code == 200
    assert "_save" not in page.content.decode()
    assert client.post(f"/admin/newsletter/{model}/{thing.pk}/change/", {}).status_code == 403


@pytest.mark.parametrize("query", ["issue=999999", "newsletter=abc", "newsletter=999999"])
@pytest.mark.parametrize("model", ["issue", "article"])
def test_an_address_with_nonsense_behind_it_opens_the_form_all_the_same(desk, published, model, query):
    assert desk.get(f"/admin/newsletter/{model}/add/?{query}").status_code == 200


@pytest.mark.parametrize(("kind", "field"), [("issue", "body"), ("issue", "closing"), ("article", "body")])
def test_a_text_longer_than_can_be_rendered_is_refused(desk, published, kind, field):
    thing = published if kind == "issue" else published.articles.get(slug="mud")
    page = send(desk, f"/admin/newsletter/{kind}/{thing.pk}/change/", **{field: "a" * 200_001})
    assert "at most 200000 characters" in page.content.decode()
