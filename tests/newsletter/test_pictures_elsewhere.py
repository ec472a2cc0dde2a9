"""Pictures in an object store: shown, made smaller, hidden and deleted as on a disk; and when the store is away."""

import socket
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import boto3
import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone
from moto.server import ThreadedMotoServer

from core.storage import names_in
from newsletter import publishing
from newsletter.composing import stashing
from newsletter.imaging import mail_url
from newsletter.models import Picture
from site_project.environment import store
from tests import cast
from tests.newsletter.filling import send

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}


@pytest.fixture(scope="module")
def server():
    """Speaks S3 on this machine: the address to put behind `s3://key:secret@`."""
    speaking = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    speaking.start()
    host, port = speaking.get_host_and_port()
    yield f"{host}:{port}"
    speaking.stop()


@pytest.fixture
def bucket(server):
    """An empty bucket, as its owner sees it."""
    made = boto3.resource(
        "s3",
        endpoint_url=f"http://{server}",
        aws_access_key_id="k",
        aws_secret_access_key="s",
        region_name="us-east-1",
    ).Bucket("news")
    made.create()
    yield made
    made.objects.delete()


@pytest.fixture
def keep_at(settings):
    def keep(address):
        settings.STORAGES = {**settings.STORAGES, "default": store(address)}

    return keep


@pytest.fixture
def stored(bucket, server, keep_at):
    """Pictures are in the bucket, for nobody to read but by signed addresses."""
    keep_at(f"s3://key:secret@{server}/news/low/water?tls=never")
    return bucket


def keys(bucket):
    return sorted(found.key for found in bucket.objects.all())


def uploaded(desk, **fields):
    """What an editor sends at the desk."""
    answer = send(desk, "/admin/newsletter/picture/add/", file=cast.image_file(size=(900, 300)), alt="Mud", **fields)
    return answer, Picture.objects.first()


def sent_on(client, picture, size=""):
    """The address in the store to which a browser is sent."""
    name = picture.file.name.replace(".jpg", f"/{size}") if size else picture.file.name
    answer = client.get(f"/media/{name}")
    assert answer.status_code == 302
    return answer


def read(address):
    with urlopen(address) as answer:  # noqa: S310
        return answer.read()


def test_an_upload_goes_to_the_bucket_with_all_sizes(desk, stored):
    _answer, picture = uploaded(desk)
    folder = f"low/water/{picture.file.name.partition('.')[0]}"
    assert keys(stored) == [
        *(f"{folder}.jpg", f"{folder}/400w.avif", f"{folder}/400w.webp", f"{folder}/800w.avif", f"{folder}/800w.webp")
    ]
    assert stored.Object(f"{folder}/400w.avif").content_type == "image/avif"
    assert Picture.objects.get().is_processed


def test_pages_mails_and_feeds_name_the_sites_own_address(client, desk, low_tide, stored):
    _answer, picture = uploaded(desk, name="mud")
    article = cast.article(low_tide, body="![](picture:mud)", lead_picture=Picture.objects.get())
    address = f"/media/{picture.file.name}"
    assert address in client.get(article.get_absolute_url()).text
    assert f"https://courant.example{address}" in client.get("/feeds/rss.xml").text
    assert f"https://courant.example{address}" in client.get("/feeds/feed.json").text
    for page in (client.get(article.get_absolute_url()).text, client.get("/feeds/atom.xml").text):
        assert "X-Amz" not in page
        assert "127.0.0.1" not in page


@pytest.mark.parametrize("size", ["", "400w.avif", "800w.webp"])
def test_a_browser_is_sent_to_a_signed_address_that_ends(client, desk, low_tide, stored, size):
    _answer, picture = uploaded(desk)
    cast.article(low_tide, lead_picture=picture)
    answer = sent_on(client, picture, size)
    with default_storage.open(picture.file.name.replace(".jpg", f"/{size}") if size else picture.file.name) as kept:
        assert read(answer["Location"]) == kept.read()
    signed = parse_qs(urlsplit(answer["Location"]).query)
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert signed["X-Amz-Expires"] == ["600"]
    assert answer["Cache-Control"] == "max-age=300, public"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_what_is_withdrawn_leads_nowhere_and_is_read_by_nobody_without_a_signature(
    client, desk, edda, low_tide, stored
):
    _answer, picture = uploaded(desk)
    article = cast.article(low_tide, lead_picture=picture)
    unsigned = sent_on(client, picture)["Location"].partition("?")[0]
    publishing.withdraw(article, edda)
    assert client.get(f"/media/{picture.file.name}").status_code == 404
    with pytest.raises(OSError, match="403"):
        read(unsigned)
    seen_by_edda = sent_on(desk, picture)
    assert "X-Amz-Signature" in seen_by_edda["Location"]
    assert seen_by_edda["Cache-Control"] == "max-age=300, private"


@pytest.mark.parametrize("public", ["true", "https://pictures.example.org/low"])
def test_a_public_bucket_is_read_at_one_address_for_good(
    client, desk, edda, low_tide, bucket, server, keep_at, public
):
    keep_at(f"s3://key:secret@{server}/news?tls=never&public={public}")
    _answer, picture = uploaded(desk)
    article = cast.article(low_tide, lead_picture=picture)
    answer = sent_on(client, picture)
    base = f"http://{server}/news" if public == "true" else public
    assert answer["Location"] == f"{base}/{picture.file.name}"
    assert answer["Cache-Control"] == "max-age=300, public"
    publishing.withdraw(article, edda)
    assert client.get(f"/media/{picture.file.name}").status_code == 404
    assert "X-Amz-Signature" in sent_on(desk, picture)["Location"]


def test_a_deleted_picture_leaves_nothing_in_the_bucket(desk, stored):
    uploaded(desk)
    Picture.objects.get().delete()
    assert keys(stored) == []


def test_a_replaced_file_goes_and_its_old_address_leads_to_the_new_one(client, desk, low_tide, stored):
    _answer, picture = uploaded(desk)
    cast.article(low_tide, lead_picture=picture)
    send(desk, f"/admin/newsletter/picture/{picture.pk}/replace/", file=cast.image_file(size=(500, 300)))
    replaced = Picture.objects.get()
    assert {key.split("/")[3].partition(".")[0] for key in keys(stored)} == {replaced.file.name[9:].partition(".")[0]}
    assert client.get(f"/media/{picture.file.name}")["Location"] == f"/media/{replaced.file.name}"


def test_a_crop_for_shared_links_is_made_there(client, desk, low_tide, stored):
    _answer, picture = uploaded(desk)
    cast.article(low_tide, lead_picture=picture)
    send(desk, f"/admin/newsletter/picture/{picture.pk}/change/", focus_x=10, focus_y=90)
    answer = client.get(f"/media/{picture.file.name.replace('.jpg', '/card-10-90.jpg')}")
    assert read(answer["Location"]).startswith(b"\xff\xd8")


def test_a_document_waits_in_the_bucket_between_form_and_preview(desk, edda, low_tide, stored):
    ticket = stashing.stash(b"# Mud", low_tide, edda)
    found = stashing.fetch(ticket, edda)
    assert (found.content, found.file(found.add(b"picture"))) == (b"# Mud", b"picture")
    stashing.remove(found.folder)
    assert keys(stored) == []


def test_a_persons_picture_comes_from_the_bucket(client, stored):
    name = default_storage.save("people/rita.webp", cast.image_file(kind="WEBP"))
    assert b"".join(client.get(f"/media/{name}").streaming_content).startswith(b"RIFF")
    assert client.get("/media/people/nobody.webp").status_code == 404


@pytest.fixture
def nobody():
    """Where nobody answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def mud(low_tide):
    """A picture that an article shows, stored before the store went away."""
    picture = cast.picture("mud", file=cast.image_file(size=(1200, 40)))
    cast.article(low_tide, title="Mud", slug="mud", lead_picture=picture, body="![](picture:mud)")
    return Picture.objects.get()


@pytest.fixture
def away(mud, nobody, keep_at):
    """The store of a site whose network is cut."""
    keep_at(f"s3://key:secret@{nobody}/news?tls=never")


def test_pages_are_read_and_letters_written_while_the_store_is_away(client, mud, away):
    for path in ("/articles/mud/", "/feeds/rss.xml", "/sitemap.xml"):
        assert client.get(path).status_code == 200
    assert client.get(mud.file.url).status_code == 302
    assert mail_url(mud.file) == mud.file.url


@pytest.mark.django_db(transaction=True)
@override_settings(TASKS=QUEUED)
def test_sizes_are_made_once_the_store_is_back(desk, stored, server, nobody, keep_at, time_machine):
    time_machine.move_to(timezone.now())
    uploaded(desk)
    keep_at(f"s3://key:secret@{nobody}/news/low/water?tls=never")
    call_command("work", "--batch", "--no-startup-delay")
    assert not Picture.objects.get().is_processed
    keep_at(f"s3://key:secret@{server}/news/low/water?tls=never")
    time_machine.shift(61)
    call_command("work", "--batch", "--no-startup-delay")
    assert Picture.objects.get().is_processed
    assert len(keys(stored)) == 5


def test_an_upload_is_answered_with_what_was_typed_and_leaves_no_row(desk, away):
    answer, _picture = uploaded(desk, caption="Ripples, drawn by the tide", credit="Photo: Ada Moor")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "Ripples, drawn by the tide" in answer.text
    assert "Nothing is lost" in answer.text
    assert "Choose your files once more" in answer.text
    assert Picture.objects.count() == 1


def test_a_picture_dropped_into_a_text_is_refused_for_now(desk, away):
    answer = desk.post("/admin/newsletter/picture/upload/", {"file": cast.image_file(), "alt": "Mud"})
    assert answer.status_code == 503
    assert Picture.objects.count() == 1


def test_a_persons_picture_is_asked_for_again_later(client, away):
    answer = client.get("/media/people/rita.webp")
    assert answer.status_code == 503


def test_the_store_that_refuses_a_key_is_no_missing_file(stored):
    with pytest.raises(FileNotFoundError):
        default_storage.open("pictures/none.jpg")
    stored.delete()
    with pytest.raises(ConnectionError):
        default_storage.save("pictures/mud.jpg", cast.image_file())
    stored.create()


@pytest.fixture
def folder(tmp_path, settings, mud):
    """Where the pictures were until now."""
    old = FileSystemStorage(location=tmp_path / "media")
    for name in names_in(default_storage):
        with default_storage.open(name) as file:
            old.save(name, file)
    return tmp_path / "media"


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_copied_into_the_store_as_often_as_one_likes(folder, stored, capsys):
    before = contents(folder)
    call_command("copy_pictures", folder)
    assert {found.key: found.get()["Body"].read() for found in stored.objects.all()} == {
        f"low/water/{name}": content for name, content in before.items()
    }
    call_command("copy_pictures", folder)
    assert capsys.readouterr().out.splitlines() == [
        f"{len(before)} copied and compared, 0 were there already, the same.",
        f"0 copied and compared, {len(before)} were there already, the same.",
    ]
    assert contents(folder) == before


def test_what_a_killed_copy_left_half_done_is_copied_again(folder, stored, capsys, mud):
    call_command("copy_pictures", folder)
    half, other = stored.Object(f"low/water/{mud.file.name}"), max(stored.objects.all(), key=lambda one: one.key)
    half.put(Body=b"half")
    other.put(Body=b"x" * other.size)
    call_command("copy_pictures", folder)
    assert capsys.readouterr().out.splitlines()[-1].startswith("2 copied and compared")
    assert half.get()["Body"].read() == (folder / mud.file.name).read_bytes()


def test_and_back(folder, stored, tmp_path):
    call_command("copy_pictures", folder)
    call_command("copy_pictures", tmp_path / "again", "--back")
    assert contents(tmp_path / "again") == contents(folder)


def test_a_store_that_is_away_is_said_in_one_line_and_nothing_changes(folder, nobody, keep_at):
    before = contents(folder)
    keep_at(f"s3://key:secret@{nobody}/news?tls=never")
    with pytest.raises(CommandError, match="Nothing is lost; run this again"):
        call_command("copy_pictures", folder)
    assert contents(folder) == before


def test_a_folder_is_not_copied_onto_itself_nor_one_that_is_not_there(folder, stored, keep_at, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("copy_pictures", tmp_path / "none")
    keep_at(folder.as_uri())
    with pytest.raises(CommandError, match="PICTURES_URL names"):
        call_command("copy_pictures", folder)
