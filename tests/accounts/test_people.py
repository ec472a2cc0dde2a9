"""Accounts: known by address, whatever its capitals."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.db import IntegrityError

from accounts.management.commands.editor import ensure_owner
from accounts.models import User

pytestmark = pytest.mark.django_db


def test_an_address_is_stored_in_small_letters_and_found_in_any():
    User.objects.create_user(" Rita@Example.ORG", "correct horse")
    assert authenticate(username="RITA@example.org", password="correct horse") == User.objects.get()
    assert User.objects.get().email == "rita@example.org"


def test_the_database_refuses_two_accounts_for_one_address():
    User.objects.create_user("rita@example.org")
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="RITA@example.org")])


def test_a_person_without_password_cannot_sign_in_with_an_empty_one():
    User.objects.create_user("rita@example.org")
    assert authenticate(username="rita@example.org", password="") is None


def test_both_groups_exist_after_migrate_and_editors_may_edit_content_only():
    assert set(Group.objects.values_list("name", flat=True)) == {"Editors", "Moderators"}
    permissions = Group.objects.get(name="Editors").permissions
    assert permissions.filter(codename="change_article").exists()
    assert permissions.filter(codename="add_tag").exists()
    assert not permissions.filter(content_type__app_label__in=["accounts", "auth"]).exists()


def test_the_owner_gets_a_password_once_and_keeps_it():
    owner, password = ensure_owner("Edda@example.org")
    assert authenticate(username="edda@example.org", password=password) == owner
    assert ensure_owner("edda@example.org") == (owner, "")
    assert authenticate(username="edda@example.org", password=password) == owner


def test_a_given_password_replaces_the_owners():
    ensure_owner("edda@example.org", "first password")
    owner, _ = ensure_owner("edda@example.org", "second password")
    assert authenticate(username="edda@example.org", password="second password") == owner


def test_a_start_with_the_password_that_the_owner_has_signs_nobody_out(client, db):
    owner, _ = ensure_owner("edda@example.org", "first password")
    client.force_login(owner)
    ensure_owner("edda@example.org", "first password")
    assert client.get("/account/").status_code == 200
    ensure_owner("edda@example.org", "second password")
    assert client.get("/account/").status_code == 302


def test_the_owner_edits_and_may_let_others_in():
    owner, _ = ensure_owner("edda@example.org")
    assert owner.is_staff
    assert owner.has_perm("accounts.add_user")
    assert owner.groups.filter(name="Editors").exists()
