"""Editors bring an archive in at the desk: upload, plan, progress, report, and back."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from interchange.bringing import steering, uploads
from interchange.models import Import, Imported, WantedPicture
from tests import cast
from tests.interchange import archive

pytestmark = pytest.mark.django_db

LIST = "/admin/interchange/import/"
ADD = "/admin/interchange/import/add/"


def page(brought, rest="change/"):
    return f"/admin/interchange/import/{brought.pk}/{rest}"


def step(desk, brought, name, **more):
    return desk.post(page(brought, "steps/"), {"step": name, **more}, follow=True)


def form(newsletter, **more):
    upload = SimpleUploadedFile("old.md", b"# Old news\n\nAll of it.")
    return {"newsletter": newsletter.pk, "upload": upload, **more}


def test_an_empty_list_says_what_it_is_for_and_leads_on(desk, low_tide):
    shown = desk.get(LIST).text
    assert "Nothing was brought in yet." in shown
    assert 'href="/admin/interchange/import/add/"' in shown
    assert f'href="/admin/interchange/import/add/?newsletter={low_tide.pk}"' in desk.get("/admin/").text


def test_what_is_uploaded_is_kept_where_no_address_leads_and_waits_for_the_worker(desk, edda, low_tide):
    answer = desk.post(ADD, form(low_tide, publishes="on", base_url="https://old.example.org/", pages="on"))
    brought = Import.objects.get()
    assert answer.url == page(brought)
    assert (brought.name, brought.by, brought.state, brought.publishes, brought.pages) == (
        "old.md",
        edda,
        "reading",
        True,
        True,
    )
    assert default_storage.open(brought.upload).read() == b"# Old news\n\nAll of it."
    assert Client().get(default_storage.url(brought.upload)).status_code == 404
    assert desk.get(default_storage.url(brought.upload)).status_code == 404
    assert Import.objects.due().get() == brought
    shown = desk.get(page(brought)).text
    assert "0 documents found so far" in shown
    assert '<meta http-equiv="refresh" content="5">' in shown


def test_an_error_keeps_what_was_typed_and_the_file(desk, low_tide):
    again = desk.post(ADD, form(low_tide, base_url="old example", publishes="on"))
    assert "kept; only mend the rest" in again.text
    assert 'value="old example"' in again.text
    kept = again.context["form"].data["kept"]
    desk.post(ADD, {"newsletter": low_tide.pk, "base_url": "https://old.example.org/", "kept": kept})
    brought = Import.objects.get()
    assert brought.name == "old.md"
    assert default_storage.open(brought.upload).read().startswith(b"# Old news")


def test_nobody_takes_up_what_another_has_uploaded(desk, low_tide):
    kept = desk.post(ADD, form(low_tide, base_url="old example")).context["form"].data["kept"]
    other = Client()
    other.force_login(cast.person("Ebbe", group="Editors"))
    assert "Choose a file." in other.post(ADD, {"newsletter": low_tide.pk, "kept": kept}).text
    assert "Choose a file." in desk.post(ADD, {"newsletter": low_tide.pk, "kept": f"{kept}x"}).text


@pytest.mark.parametrize(("content", "words"), [(b"", "empty"), (None, "Choose a file.")])
def test_what_is_no_upload_is_refused_in_words(desk, low_tide, content, words):
    data = {"newsletter": low_tide.pk}
    if content is not None:
        data["upload"] = SimpleUploadedFile("old.md", content)
    assert words in desk.post(ADD, data).text
    assert not Import.objects.exists()


def test_too_large_a_file_is_refused(desk, low_tide, monkeypatch):
    monkeypatch.setattr("interchange.admin.forms.LARGEST", 5)
    assert "larger than 1 GB" in desk.post(ADD, form(low_tide)).text


def test_only_editors_see_imports(milo, low_tide):
    moderator, brought = Client(), archive.planned(low_tide)
    moderator.force_login(milo)
    for path in (LIST, ADD, page(brought), page(brought, "progress/"), page(brought, "report.txt")):
        assert moderator.get(path).status_code == 403, path
    assert moderator.post(page(brought, "steps/"), {"step": "bring"}).status_code == 403
    assert brought.name not in moderator.get("/admin/").text


def test_the_plan_says_what_becomes_of_each_and_that_nothing_is_stored(desk, low_tide):
    shown = desk.get(page(archive.planned(low_tide))).text
    for words in ("Nothing of this is stored yet.", "Tide 2", "the name of the file", "2019-03-04", "Jekyll"):
        assert words in shown, words
    assert "3 ×" in shown
    assert "Bring in all of it" in shown


def test_remarks_are_counted_by_kind_and_lead_to_their_documents(desk, low_tide):
    brought = archive.planned(low_tide)
    overview = desk.get(page(brought)).context["overview"]
    assert [(kind["words"], kind["number"]) for kind in overview.remark_kinds] == [
        ("The picture … is elsewhere.", 3),
        ("A shortcode is left as it is: …", 2),
    ]
    narrowed = desk.get(page(brought), {"remark": "1"}).context["overview"]
    assert [row.title for row in narrowed.page] == ["Tide 1", "Tide 3"]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"becomes": "changed"}, ["Tide 3"]),
        ({"q": "TIDE 2"}, ["Tide 2"]),
        ({"q": "issue-1.md"}, ["Tide 1"]),
        ({"kind": "article"}, []),
        ({"remark": "99"}, ["Tide 1", "Tide 2", "Tide 3"]),
        ({"page": "x"}, ["Tide 1", "Tide 2", "Tide 3"]),
    ],
)
def test_the_table_can_be_narrowed(desk, low_tide, asked, titles):
    shown = desk.get(page(archive.planned(low_tide)), asked)
    assert [row.title for row in shown.context["overview"].page] == titles


@pytest.mark.parametrize("documents", [3, 2000])
def test_a_plan_costs_the_same_queries_however_long_it_is(desk, low_tide, documents, django_assert_num_queries):
    brought = archive.planned(low_tide, documents)
    desk.get(page(brought))
    with django_assert_num_queries(8):
        desk.get(page(brought), {"page": 2})


def test_progress_costs_the_same_queries_however_much_there_is(desk, low_tide, django_assert_num_queries):
    brought = archive.planned(low_tide, 200, state="under way", upload="bringing/x")
    brought.documents.filter(position__lte=50).update(state=Imported.State.MADE)
    desk.get(page(brought, "progress/"))
    with django_assert_num_queries(9):
        shown = desk.get(page(brought, "progress/")).text
    assert "25 %" in shown


def test_it_is_brought_in_stopped_and_goes_on(desk, low_tide):
    brought = archive.planned(low_tide, upload="bringing/x")
    assert "It is being brought in." in step(desk, brought, "bring").text
    assert Import.objects.due().get() == brought
    assert "It is stopped." in step(desk, brought, "stop").text
    assert not Import.objects.due().exists()
    shown = desk.get("/admin/").text
    assert "The import of “low-tide-2019.zip” was stopped" in shown
    step(desk, brought, "resume")
    assert Import.objects.get().state == "under way"


def test_what_the_command_reads_is_left_to_it(desk, low_tide):
    brought = archive.planned(low_tide, state="under way")
    assert "run it again" in desk.get(page(brought)).text
    step(desk, brought, "stop")
    assert 'value="resume"' not in desk.get(page(brought)).text
    assert "Nothing was done" in step(desk, brought, "resume").text


def test_what_is_no_longer_so_is_not_done(desk, low_tide):
    brought = archive.planned(low_tide, state="done")
    assert "Nothing was done" in step(desk, brought, "bring").text
    assert "Nothing was done" in step(desk, brought, "nonsense").text
    assert Import.objects.get().state == "done"
    assert desk.get(page(brought, "steps/")).status_code == 405


def test_an_export_of_this_program_is_for_owners_and_is_not_taken_back(desk, low_tide):
    brought = archive.planned(low_tide, format="Courant")
    assert "only an owner of the site" in desk.get(page(brought)).text
    assert step(desk, brought, "bring").status_code == 403
    owner = Client()
    owner.force_login(User.objects.create_superuser("owner@example.org"))
    assert "It is being brought in." in step(owner, brought, "bring").text
    Import.objects.update(state="done")
    assert "Take all of it back" not in owner.get(page(brought)).text
    assert step(owner, brought, "take-back").status_code == 403


def test_a_plan_is_made_anew_with_other_settings(desk, low_tide):
    brought = archive.planned(low_tide, upload="bringing/x")
    assert "read again" in desk.get(page(brought, "settings/")).text
    desk.post(page(brought, "settings/"), {"newsletter": low_tide.pk, "publishes": "on"})
    brought.refresh_from_db()
    assert (brought.state, brought.publishes) == ("reading", True)


def test_a_plan_is_discarded_with_its_upload(desk, low_tide):
    desk.post(ADD, form(low_tide))
    brought = Import.objects.get()
    assert "is discarded" in step(desk, brought, "discard").text
    assert not Import.objects.exists()
    assert not default_storage.exists(brought.upload)


def test_what_was_stored_is_not_discarded(desk, low_tide):
    brought = archive.planned(low_tide, state="failed", resumes="under way")
    brought.documents.filter(position=1).update(state="made")
    assert "Take it back instead" in step(desk, brought, "discard").text


def test_what_became_of_it_leads_to_each_issue_and_lists_pictures_that_failed(desk, published):
    brought = archive.planned(published.newsletter, state="done", fetches_pictures=True)
    brought.documents.filter(position=1).update(state="made", issue=published)
    brought.documents.filter(position=2).update(state="refused", remarks=[["", "It is locked.", None]])
    first = brought.documents.first()
    WantedPicture.objects.create(document=first, address="https://old.example.org/a.jpg", problem="It is gone.")
    shown = desk.get(page(brought)).text
    assert f'href="/admin/newsletter/issue/{published.pk}/change/"' in shown
    assert "It is locked." in shown
    assert "It is gone." in shown
    step(desk, brought, "pictures")
    assert Import.objects.wanting_pictures().get() == brought
    assert not WantedPicture.objects.failed().exists()


def test_the_front_page_tells_of_a_plan_that_waits_and_for_two_days_of_what_is_done(desk, low_tide):
    brought = archive.planned(low_tide)
    assert "The plan of “low-tide-2019.zip” waits for you" in desk.get("/admin/").text
    Import.objects.update(state="done", ended_at=timezone.now())
    assert "“low-tide-2019.zip” is brought in" in desk.get("/admin/").text
    Import.objects.update(ended_at=timezone.now() - timedelta(days=3))
    assert brought.name not in desk.get("/admin/").text


def test_uploads_go_after_two_weeks_and_what_waited_with_them(desk, low_tide, time_machine):
    desk.post(ADD, form(low_tide))
    desk.post(ADD, form(low_tide))
    old, kept = Import.objects.order_by("pk")
    Import.objects.filter(pk=old.pk).update(state="planned")
    Import.objects.filter(pk=kept.pk).update(state="done")
    kept.documents.create(position=1, key="file:old.md", name="old.md", state="made")
    uploads.sweep()
    assert default_storage.exists(old.upload)
    time_machine.move_to(timezone.now() + timedelta(days=15))
    uploads.sweep()
    assert not default_storage.exists(old.upload)
    assert not default_storage.exists(kept.upload)
    assert Import.objects.get() == kept


def test_whoever_is_erased_leaves_their_imports(desk, edda, low_tide):
    brought = steering.begin(low_tide, "old.zip", edda)
    edda.delete()
    brought.refresh_from_db()
    assert brought.by is None
