"""People in the admin, and the door to it."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    person = User.objects.create_superuser("owner@example.org", "correct horse")
    client.force_login(person)
    return client


def test_the_door_is_the_one_that_all_people_use(client, edda):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/account/sign-in/?next=%2Fadmin%2F"
    data = {"email": "Edda@Example.ORG", "password": "correct horse"}
    assert client.post("/account/sign-in/?next=/admin/", data).url == "/admin/"
    assert client.get("/admin/").status_code == 200


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
    refused = client.get("/admin/", follow=True)
    assert refused.status_code == 403
    assert "not open to you" in refused.content.decode()


def test_an_owner_helps_somebody_who_has_lost_their_second_factor(owner, edda, milo):
    for person in (edda, milo):
        Authenticator.objects.create(user=person, type="totp", data={"secret": "TOP SECRET"})
    data = {"action": "remove_second_factors", "_selected_action": [edda.pk]}
    assert "1 person" in owner.post("/admin/accounts/user/", data, follow=True).content.decode()
    assert Authenticator.objects.get().user == milo
    assert "/admin/mfa/" not in owner.get("/admin/").content.decode()


def test_names_given_in_the_admin_are_cleaned_as_everywhere(owner, rita, edda):
    form = {"email": rita.email, "is_active": "on", "display_name": "Еdda", "headline": "\u202eEditor", "language": ""}
    page = owner.post(f"/admin/accounts/user/{rita.pk}/change/", form)
    assert set(page.context["adminform"].form.errors) == {"display_name", "headline"}


def test_staff_find_the_way_to_a_second_factor(desk):
    assert 'href="/account/"' in desk.get("/admin/").text
    assert 'href="/account/2fa/"' in desk.get("/account/").text


@pytest.mark.parametrize("group", ["Editors", "Moderators"])
def test_a_group_alone_opens_the_desk_and_leaving_it_closes_it_at_once(client, rita, group):
    client.force_login(rita)
    assert client.get("/admin/", follow=True).status_code == 403
    rita.groups.add(Group.objects.get(name=group))
    assert client.get("/admin/").status_code == 200
    assert client.get("/account/start/").url == "/admin/"
    assert list(User.objects.staff()) == [rita]
    rita.groups.clear()
    assert client.get("/admin/").status_code == 302
    assert client.get("/account/start/").url == "/account/"
    assert not User.objects.staff().exists()


def test_who_was_let_in_by_hand_still_is(client, rita):
    User.objects.filter(pk=rita.pk).update(is_let_in=True)
    client.force_login(rita)
    assert client.get("/admin/").status_code == 200
    assert list(User.objects.staff()) == [rita]


def test_the_list_of_people_says_what_they_are_without_a_query_for_each(
    owner, rita, edda, milo, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        page = owner.get("/admin/accounts/user/").text
    assert all(f'<td class="field-offices">{office}</td>' in page for office in ("owner", "Editors", "Moderators"))
