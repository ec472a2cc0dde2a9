"""People in the admin, and the door to it."""

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    person = User.objects.create_superuser("owner@example.org", "correct horse")
    client.force_login(person)
    return client


def test_the_door_asks_for_an_address_and_says_so_when_it_is_wrong(client, edda):
    assert "E-mail address:" in client.get("/admin/login/").content.decode()
    page = client.post("/admin/login/", {"username": edda.email, "password": "wrong"}).content.decode()
    assert "enter the correct e-mail address and password" in page


def test_capitals_in_the_address_do_not_keep_anyone_out(client, edda):
    data = {"username": "Edda@Example.ORG", "password": "correct horse", "next": "/admin/"}
    assert client.post("/admin/login/", data).url == "/admin/"


def test_an_owner_lets_somebody_in(owner, django_user_model):
    password = "a longer horse"
    data = {"email": "New@Example.org", "display_name": "Newcomer", "usable_password": "true"}
    owner.post("/admin/accounts/user/add/", data | {"password1": password, "password2": password})
    newcomer = django_user_model.objects.get(email="new@example.org")
    assert newcomer.check_password(password)
    assert owner.get(f"/admin/accounts/user/{newcomer.pk}/change/").status_code == 200


def test_an_owner_cannot_make_two_accounts_for_one_address(owner, edda):
    data = {"email": "EDDA@example.org", "usable_password": "false"}
    page = owner.post("/admin/accounts/user/add/", data)
    assert "email" in page.context["adminform"].form.errors


def test_an_owner_finds_people(owner, edda, rita):
    for path in ("/admin/accounts/user/", "/admin/accounts/user/?q=edda", "/admin/auth/group/"):
        assert owner.get(path).status_code == 200
    (found,) = owner.get("/admin/accounts/user/?q=edda").context["cl"].result_list
    assert found == edda


def test_nobody_but_a_superuser_looks_after_people(client, edda):
    edda.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(edda)
    assert client.get("/admin/accounts/user/").status_code == 403
    assert client.get(f"/admin/accounts/user/{edda.pk}/change/").status_code == 403


def test_a_reader_does_not_get_in(client, rita):
    client.force_login(rita)
    assert client.get("/admin/").url.startswith("/admin/login/")
