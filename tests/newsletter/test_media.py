"""Pictures as files: everybody gets what something public shows, nobody learns of the rest."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from newsletter import publishing
from newsletter.models import Picture, Status
from newsletter.rendering import render_texts
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture():
    """A picture with sizes, which nothing shows yet."""
    return Picture.objects.get(pk=cast.picture("mud", file=cast.image_file(size=(400, 40))).pk)


@pytest.fixture
def article(low_tide, picture):
    return cast.article(low_tide, body="![](picture:mud)")


def smallest_size(picture):
    return picture.file.url.rpartition(".")[0] + "/400w.avif"


def content(response):
    return b"".join(response.streaming_content)


def test_everybody_gets_a_picture_that_an_article_shows(client, article, picture):
    response = client.get(picture.file.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    sent = content(response)
    with default_storage.open(picture.file.name) as stored:
        assert sent == stored.read()


@pytest.mark.parametrize("kind", ["avif", "webp"])
def test_and_every_size_of_it(client, article, picture, kind):
    response = client.get(picture.file.url.rpartition(".")[0] + f"/400w.{kind}")
    assert response.status_code == 200
    assert response["Content-Type"] == f"image/{kind}"


def test_a_picture_that_nothing_shows_is_not_found(client, picture):
    assert client.get(picture.file.url).status_code == 404
    assert client.get(smallest_size(picture)).status_code == 404


def lead_of_article(newsletter, picture, **fields):
    return cast.article(newsletter, lead_picture=picture, **fields)


def inside_article(newsletter, picture, **fields):
    return cast.article(newsletter, body="![](picture:mud)", **fields)


def lead_of_issue(newsletter, picture, **fields):
    return cast.issue(newsletter, 7, lead_picture=picture, **fields)


def inside_issue(newsletter, picture, **fields):
    return cast.issue(newsletter, 7, body="![](picture:mud)", **fields)


def inside_section(newsletter, picture, **fields):
    made = cast.issue(newsletter, 7, **fields)
    cast.section(made, intro="![](picture:mud)")
    render_texts(made)
    return made


SHOWN = [lead_of_article, inside_article, lead_of_issue, inside_issue, inside_section]


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize(
    "state",
    [
        {"status": Status.DRAFT, "published_at": None},
        {"status": Status.PUBLISHED, "published_at": datetime(2126, 1, 1, tzinfo=UTC)},
        {"status": Status.WITHDRAWN},
    ],
    ids=["draft", "scheduled", "withdrawn"],
)
def test_what_is_not_public_shows_its_pictures_to_nobody(client, low_tide, picture, shown, state):
    shown(low_tide, picture, **state)
    for address in (picture.file.url, smallest_size(picture)):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("shown", SHOWN)
def test_what_is_public_shows_them(client, low_tide, picture, shown):
    shown(low_tide, picture)
    for address in (picture.file.url, smallest_size(picture)):
        assert client.get(address).status_code == 200


def test_a_published_article_in_a_draft_issue_does_not_show_its_pictures(client, low_tide, picture):
    draft = cast.issue(low_tide, 7, status=Status.DRAFT)
    cast.article(low_tide, draft, lead_picture=picture, published_at=cast.PUBLISHED_AT)
    assert client.get(picture.file.url).status_code == 404


def test_a_picture_appears_with_its_article_and_goes_with_it(client, low_tide, picture, edda):
    article = cast.article(low_tide, lead_picture=picture, status=Status.DRAFT, published_at=None)
    assert client.get(picture.file.url).status_code == 404
    publishing.publish(article, edda)
    assert client.get(picture.file.url).status_code == 200
    publishing.withdraw(article, edda)
    assert client.get(picture.file.url).status_code == 404


def test_a_scheduled_picture_appears_when_its_time_has_come(client, low_tide, picture, edda, time_machine):
    moment = timezone.now() + timedelta(hours=2)
    article = cast.article(low_tide, lead_picture=picture, status=Status.DRAFT, published_at=None)
    publishing.publish(article, edda, at=moment)
    assert client.get(picture.file.url).status_code == 404
    time_machine.move_to(moment)
    assert client.get(picture.file.url).status_code == 200


def test_logos_and_pictures_of_what_is_always_public_are_shown(client, low_tide, picture):
    low_tide.logo = picture
    low_tide.save()
    assert client.get(picture.file.url).status_code == 200


def test_a_contributors_pictures_are_public_with_their_first_article(client, low_tide, picture):
    ada = cast.contributor(about="![](picture:mud)")
    render_texts(ada)
    draft = cast.article(low_tide, by=[ada], status=Status.DRAFT, published_at=None)
    assert client.get(picture.file.url).status_code == 404
    publishing.publish(draft, None)
    assert client.get(picture.file.url).status_code == 200


def test_a_picture_in_two_public_places_is_one_picture(low_tide, picture):
    for title in ("Mud", "Sand", "Silt"):
        cast.article(low_tide, title=title, body="![](picture:mud)", lead_picture=picture)
    low_tide.about = "![](picture:mud)"
    low_tide.save()
    render_texts(low_tide)
    assert list(Picture.objects.public()) == [picture]


def test_an_editor_sees_every_picture(desk, picture):
    for address in (picture.file.url, smallest_size(picture)):
        response = desk.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == "max-age=86400, private"


@pytest.mark.parametrize("person", ["milo", "rita"])
def test_whoever_may_not_see_pictures_in_the_admin_sees_no_others_here(request, picture, person):
    browser = Client()
    browser.force_login(request.getfixturevalue(person))
    assert browser.get(picture.file.url).status_code == 404


def test_a_public_picture_is_the_same_for_all_and_kept_for_a_day(client, desk, article, picture):
    for browser in (client, desk):
        response = browser.get(picture.file.url)
        assert response["Cache-Control"] == "max-age=86400, public"
        assert "Cookie" not in response.get("Vary", "")
        assert not response.cookies


def test_browsers_run_nothing_and_guess_nothing(client, article, picture):
    response = client.get(picture.file.url)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_browser_that_has_it_is_told_so(client, article, picture):
    first = client.get(picture.file.url)
    for header in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": http_date(timezone.now().timestamp() + 60)},
    ):
        again = client.get(picture.file.url, headers=header)
        assert again.status_code == 304
        assert again["ETag"] == first["ETag"]
        assert again["Cache-Control"] == "max-age=86400, public"


def test_a_guessed_tag_does_not_tell_that_a_secret_picture_is_there(client, picture):
    assert client.get(picture.file.url, headers={"If-None-Match": "*"}).status_code == 404


def test_head_answers_without_the_file(client, article, picture):
    response = client.head(picture.file.url)
    assert response.status_code == 200
    assert int(response["Content-Length"]) == default_storage.size(picture.file.name)
    assert content(response) == b""


def test_pictures_are_not_compressed_twice(client, article, picture):
    response = client.get(picture.file.url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response
    assert "Content-Length" in response


def test_nothing_can_be_sent_to_a_picture(client, article, picture):
    assert client.post(picture.file.url).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "secret.key",
        "../secret.key",
        "pictures/../../secret.key",
        "pictures/%2e%2e/%2e%2e/secret.key",
        "pictures//x.jpg",
        "pictures/x.svg",
        "pictures/x.jpg/400w.avif",
        "pictures/x.jpg%00",
        "pictures/x.jpg\n",
        "pictures/x/400w.avif/y",
        "pictures/",
    ],
)
def test_only_names_of_pictures_lead_to_the_store(desk, name):
    assert desk.get(f"/media/{name}").status_code == 404


def test_a_file_that_belongs_to_no_picture_is_not_found(desk):
    name = default_storage.save("pictures/orphan.jpg", cast.image_file())
    assert desk.get(f"/media/{name}").status_code == 404


def test_a_file_that_is_missing_is_not_found(client, article, picture):
    default_storage.delete(picture.file.name)
    assert client.get(picture.file.url).status_code == 404


def test_a_public_picture_costs_one_query(client, article, picture, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(smallest_size(picture))


def test_pictures_come_from_a_disk_too(client, low_tide, tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    picture = cast.picture("mud", file=cast.image_file(size=(400, 40)))
    cast.article(low_tide, lead_picture=picture)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".jpg", ".avif", ".webp"}
    first = client.get(picture.file.url)
    assert content(first).startswith(b"\xff\xd8")
    assert client.get(picture.file.url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    picture.delete()
    assert list((tmp_path / "pictures").iterdir()) == []
