"""A browser that got no answer sends the same form again: nothing is there twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter.models import Article, Contributor, Correction, Issue, Newsletter, Picture
from tests import cast
from tests.faults.running import filled

pytestmark = pytest.mark.django_db

ADDED = {
    "picture": (Picture, {"alt": "Mud"}),
    "issue": (Issue, {"title": "May", "body": "What May left."}),
    "article": (Article, {"title": "Gulls", "body": "They shout."}),
    "contributor": (Contributor, {"name": "Ada Moor"}),
    "newsletter": (Newsletter, {"title": "High Tide"}),
}


def send(desk, path, **changed):
    form = {name: value for name, value in filled(desk.get(path).content).items() if value != ""} | changed
    file = {"file": cast.image_file()} if "/picture/" in path else {}
    return lambda **more: desk.post(path, form | {name: again(each) for name, each in file.items()} | more)


def again(file):
    file.seek(0)
    return SimpleUploadedFile(file.name, file.read(), file.content_type)


@pytest.mark.parametrize("name", ADDED)
def test_what_is_added_is_added_once_but_another_is_another(low_tide, admin_client, name):
    model, words = ADDED[name]
    add = send(admin_client, f"/admin/newsletter/{name}/add/", **words)
    before = model.objects.count()
    assert [add().status_code for _ in range(3)] == [302] * 3
    assert model.objects.count() == before + 1


def test_a_correction_that_comes_with_a_change_is_made_once(published, desk):
    path = f"/admin/newsletter/issue/{published.pk}/change/"
    change = send(desk, path, _update="1", **{"corrections-0-text": "It was June."})
    assert [change().status_code for _ in range(2)] == [302, 302]
    assert Correction.objects.count() == 1


def test_from_one_form_another_thing_can_be_made(low_tide, desk):
    add = send(desk, "/admin/newsletter/article/add/", title="Gulls", body="They shout.")
    assert add().status_code == add(title="Terns").status_code == 302
    assert Article.objects.count() == 2
