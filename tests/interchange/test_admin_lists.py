"""Editors bring a list in at the desk: upload, what its columns and words mean, progress, and back."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interchange.models import ListImport
from mailing.models import Consent, Subscriber
from tests.interchange.batches import begun, imported, looked_at, say, states, taken_back, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

LIST = "/admin/interchange/listimport/"
ADD = "/admin/interchange/listimport/add/"
ODD = (
    "email,name,status,mystery,optin_time\nada@example.org,<script>alert(1)</script>,active,x,03/04/2021\n"
    "otto@example.org,,wobbly,y,\nbad,,active,,\n"
)


def page(brought, rest="change/"):
    return f"{LIST}{brought.pk}/{rest}"


def given(form):
    """What the page would send as it is."""
    filled = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in filled.items() if value not in {None, False}}


def post(desk, brought, **changed):
    form = desk.get(page(brought)).context["form"]
    return desk.post(page(brought), given(form) | changed, follow=True)


def step(desk, brought, name):
    return desk.post(page(brought, "steps/"), {"step": name}, follow=True)


def test_an_empty_list_says_what_it_is_for_and_the_subscribers_lead_to_it(desk, low_tide):
    shown = desk.get(LIST).text
    assert "No list was brought in yet." in shown
    assert f'href="{ADD}"' in shown
    assert f'href="{ADD}"' in desk.get("/admin/mailing/subscriber/").text


def test_what_is_uploaded_is_kept_where_no_address_leads_and_waits_for_the_worker(desk, edda, low_tide):
    file = SimpleUploadedFile("march.csv", b"email\nada@example.org\n")
    answer = desk.post(ADD, {"newsletter": low_tide.pk, "upload": file})
    brought = ListImport.objects.get()
    assert answer.url == page(brought)
    assert (brought.name, brought.by, brought.state) == ("march.csv", edda, "reading")
    assert default_storage.open(brought.upload).read() == b"email\nada@example.org\n"
    assert desk.get(default_storage.url(brought.upload)).status_code == 404
    shown = desk.get(page(brought)).text
    assert "0 rows read so far" in shown
    assert '<meta http-equiv="refresh" content="5">' in shown


def test_an_error_keeps_the_file(desk, low_tide):
    file = SimpleUploadedFile("march.csv", b"email\nada@example.org\n")
    again = desk.post(ADD, {"newsletter": "nought", "upload": file})
    assert "kept; only mend the rest" in again.text
    desk.post(ADD, {"newsletter": low_tide.pk, "kept": again.context["form"].data["kept"]})
    assert ListImport.objects.get().name == "march.csv"
    assert "This file is empty." in desk.post(ADD, {"upload": SimpleUploadedFile("none.csv", b"")}).text


def test_each_column_and_word_is_shown_with_what_it_means_samples_and_count(desk, low_tide):
    brought = looked_at(low_tide, ODD)
    shown = desk.get(page(brought))
    columns = {column.header: column for column in shown.context["form"].columns()}
    assert columns["email"].role.value() == "email"
    assert columns["status"].role.value() == "standing"
    assert {word.text: (word.number, word.field.value()) for word in columns["status"].words} == {
        "active": (2, "active"),
        "wobbly": (1, ""),
    }
    assert columns["mystery"].is_open
    assert columns["optin_time"].dates.value() == ""
    for words in ("bad", "Enter a valid email address", "&lt;script&gt;alert", "Nothing of this is stored yet"):
        assert words in shown.text
    assert "<script>alert" not in shown.text


def test_what_is_said_is_looked_at_again_and_then_imported(desk, low_tide):
    brought = looked_at(low_tide, ODD)
    form = desk.get(page(brought)).context["form"]
    (wobbly,) = [name for name, word in form.words_of(2) if word == "wobbly"]
    said = {"role_3": "ignored", "dates_4": "month first", wobbly: "left"}
    early = post(
        desk, brought, **said, **{"import": "1"}, evidence="x", leaves_out_invalid="on", leaves_out_unknown="on"
    )
    assert "Look at what becomes of the rows now" in early.text
    brought.refresh_from_db()
    assert work(brought).counts == {"invalid": 1, "new": 1, "goes": 1}
    assert not Subscriber.objects.exists()
    refused = post(desk, brought, **{"import": "1"})
    assert "Say how they agreed." in refused.text
    assert "Some rows are invalid." in refused.text
    done = post(desk, brought, evidence="Signed at the fair", leaves_out_invalid="on", **{"import": "1"})
    assert "It is being imported." in done.text
    brought.refresh_from_db()
    work(brought)
    assert states(low_tide) == {"ada": "active", "otto": "left"}
    assert Consent.objects.order_by("pk")[0].wording == "Signed at the fair · 2021-03-04 00:00 UTC"
    shown = desk.get(page(brought)).text
    assert "Take all of it back…" in shown
    assert "Is subscribed" in shown


def test_what_nobody_explains_is_left_out_only_by_choice(desk, low_tide):
    brought = looked_at(low_tide, "email,status\nada@example.org,active\notto@example.org,wobbly\n")
    assert "Say above what they mean" in post(desk, brought, evidence="x", **{"import": "1"}).text
    post(desk, brought, evidence="x", leaves_out_unknown="on", **{"import": "1"})
    brought.refresh_from_db()
    assert work(brought).counts == {"new": 1, "unknown": 1}


def test_letters_that_were_taken_wrongly_are_read_again(desk, low_tide):
    text = "email,name\n" + "".join(f"r{n}@example.org,{name}\n" for n, name in enumerate(["Zoë", "Søren", "Łódź"]))
    brought = looked_at(low_tide, text.encode("cp1250", errors="replace"))
    choices = [value for value, _label in desk.get(page(brought)).context["form"].fields["encoding"].choices]
    assert len(choices) > 1
    other = next(value for value in choices if value != brought.mapping["layout"]["encoding"])
    post(desk, brought, encoding=other)
    brought.refresh_from_db()
    assert work(brought).mapping["layout"]["encoding"] == other


def test_a_column_is_said_to_tell_who_gets_mail_and_its_words_are_asked(desk, low_tide):
    brought = looked_at(
        low_tide, "email,mood\nada@example.org,glad\notto@example.org,unsubscribed\nrita@example.org,\n"
    )
    say(brought, rest="active", roles=[("mood", "ignored")])
    assert not brought.counts.get("unknown")
    post(desk, brought, role_1="standing")
    brought.refresh_from_db()
    work(brought)
    (column,) = [each for each in desk.get(page(brought)).context["form"].columns() if each.header == "mood"]
    assert {word.text: word.field.value() for word in column.words}.keys() == {"", "glad", "unsubscribed"}
    assert brought.counts.get("new", 0) == 0


def test_a_list_is_taken_back_after_a_page_that_says_what_goes_and_names_who_stays(desk, low_tide):
    brought = imported(low_tide, "email\nada@example.org\notto@example.org\n")
    otto = Subscriber.objects.get(email="otto@example.org")
    Subscriber.objects.filter(pk=otto.pk).update(name="Otto")
    asked = desk.get(page(brought, "taking-back/")).text
    assert "gets no mail any more" in asked
    assert "It is being taken back." in step(desk, brought, "take-back").text
    brought.refresh_from_db()
    work(brought)
    shown = desk.get(page(brought)).text
    assert "otto@example.org" in shown
    assert "has changed something since" in shown
    assert states(low_tide) == {"otto": "active"}


def test_after_30_days_it_cannot_be_taken_back(desk, low_tide):
    brought = imported(low_tide, "email\nada@example.org\n")
    ListImport.objects.update(ended_at=timezone.now() - timedelta(days=31))
    assert "Take all of it back…" not in desk.get(page(brought)).text
    assert "Nothing was done" in step(desk, brought, "take-back").text
    assert states(low_tide) == {"ada": "active"}


def test_a_subscriber_shows_which_lists_brought_or_changed_them(desk, edda, low_tide):
    imported(low_tide, "email\nada@example.org\n", edda)
    brought = imported(low_tide, "email,status\nada@example.org,unsubscribed\n", edda)
    shown = desk.get(f"/admin/mailing/subscriber/{Subscriber.objects.get().pk}/change/").text
    assert f'href="{page(brought)}"' in shown
    assert "Lists that brought or changed them" in shown
    assert "Unsubscribed in the file: is noted as left" in shown
    taken_back(brought)
    assert "Taken back" in desk.get(f"/admin/mailing/subscriber/{Subscriber.objects.get().pk}/change/").text


def test_the_front_page_says_what_waits_and_what_is_done(desk, low_tide):
    brought = looked_at(low_tide, "email\nada@example.org\n")
    assert "The list “list.csv” waits for you" in desk.get("/admin/").text
    assert "is discarded" in step(desk, brought, "discard").text
    imported(low_tide, "email\nada@example.org\n")
    assert "“list.csv” is brought in" in desk.get("/admin/").text


def test_what_came_too_late_changes_nothing(desk, low_tide):
    brought = imported(low_tide, "email\nada@example.org\n")
    late = desk.post(page(brought), {"import": "1", "evidence": "x"}, follow=True)
    assert "no longer as your page showed it" in late.text
    for name in ("stop", "resume", "discard", "nonsense", ""):
        assert "Nothing was done" in step(desk, brought, name).text


def test_pages_cost_as_many_queries_with_3_rows_as_with_300(desk, low_tide):
    def queries(rows):
        brought = looked_at(low_tide, "email\n" + "".join(f"r{n}@example.org\n" for n in range(rows)))
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page(brought)).status_code == 200
            assert desk.get(LIST).status_code == 200
        return len(captured)

    assert queries(3) == queries(300) <= 24


def test_only_who_may_bring_in_sees_what_stands_in_a_list(milo, rita, low_tide):
    brought = looked_at(low_tide, "email\nada@example.org\n")
    browser = Client()
    for person in (milo, rita):
        browser.force_login(person)
        for path in (LIST, ADD, page(brought), page(brought, "progress/"), page(brought, "taking-back/")):
            assert browser.get(path).status_code in {302, 403}, path
        assert step(browser, brought, "discard").status_code in {302, 403, 200}
    assert ListImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "is_said"),
    [("nonsubscribed_members_export_1.csv", True), ("subscribed_members_export_1.csv", False), ("cleaned.csv", True)],
)
def test_a_file_that_is_called_as_if_they_got_no_mail_is_named(name, is_said, desk, low_tide):
    brought = work(begun(low_tide, "email\nada@example.org\n", name=name))
    assert ("as if these people got no mail" in desk.get(page(brought)).text) == is_said


def test_what_an_empty_date_of_confirming_means_can_be_changed(desk, low_tide):
    text = "email,status,confirmed_at\nada@example.org,active,\notto@example.org,active,2020-01-02\n"
    brought = looked_at(low_tide, text)
    assert brought.counts == {"asked": 1, "new": 1}
    (column,) = [each for each in desk.get(page(brought)).context["form"].columns() if each.header == "confirmed_at"]
    ((word, _count, field),) = column.words
    assert (word, field.value()) == ("", "asked")
    post(desk, brought, look="1", **{field.name: "silent"})
    brought.refresh_from_db()
    assert work(brought).counts == {"new": 2}
