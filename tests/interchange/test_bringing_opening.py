"""What harms is refused before anything is read; what is merely large is not."""

import stat
import time
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest

from core.rich_text import Unreadable
from interchange.bringing import opening, recognising
from interchange.models import Import
from newsletter.models import Issue
from tests.interchange.bringing import bring, folder, issue, zipped

LIST = "email,name\nada@example.org,Ada\n"


def symlink():
    with BytesIO() as buffer:
        with ZipFile(buffer, "w") as archive:
            entry = ZipInfo("a.md")
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
        return buffer.getvalue()


def claiming(size, *, compressed=None):
    """A zip file whose one entry claims to hold so much."""
    content = bytearray(zipped({"a.md": issue(1)}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = size.to_bytes(4, "little")
    if compressed:
        content[at + 20 : at + 24] = compressed.to_bytes(4, "little")
    return bytes(content)


def encrypted():
    content = bytearray(zipped({"a.md": issue(1)}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def long_list():
    """The list of entries of a zip file claims to be as long as a film."""
    content = bytearray(zipped({"a.md": issue(1)}))
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = (2**31).to_bytes(4, "little")
    return bytes(content)


HOSTILE = {
    "leads out": zipped({"../a.md": "x"}),
    "from the root": zipped({"/etc/a.md": "x"}),
    "a drive": zipped({"C:\\a.md": "x"}),
    "a link": symlink(),
    "a password": encrypted(),
    "a bomb": zipped({"a.md": b" " * 2**22}),
    "four gigabytes": claiming(2**32 - 2, compressed=2**26),
    "a long list": long_list(),
    "nothing": b"PK\x03\x04",
    "damaged": zipped({"a.md": issue(1)})[:-30],
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_harms_is_refused_at_once_and_leaves_nothing(kind, low_tide, tmp_path):
    file = folder(tmp_path, {"old.zip": HOSTILE[kind]}) / "old.zip"
    begun = time.process_time()
    with pytest.raises(Unreadable):
        bring(file, low_tide)
    assert time.process_time() - begun < 1
    assert not Issue.objects.exists()
    assert not Import.objects.exists()


def test_ten_gigabytes_are_refused_and_three_are_not():
    def entry(number):
        made = ZipInfo(f"{number}.jpg")
        made.file_size = made.compress_size = 2**20 * 4
        return made

    opening.refuse_dangerous([entry(n) for n in range(768)], most=opening.MOST_FILES, largest=opening.LARGEST)
    with pytest.raises(Unreadable, match="8192 MB"):
        opening.refuse_dangerous([entry(n) for n in range(2560)], most=opening.MOST_FILES, largest=opening.LARGEST)


def test_an_entry_that_holds_more_than_it_claims_is_left_aside():
    content = bytearray(zipped({"a.md": issue(1), "b.md": issue(2)}))
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with opening.opened(BytesIO(bytes(content)), "old.zip") as files:
        with pytest.raises(Unreadable, match="damaged"):
            opening.read(files, "a.md")
        assert b"Tide 2" in opening.read(files, "b.md")


def test_many_large_pictures_are_none_too_many():
    with BytesIO() as buffer:
        with ZipFile(buffer, "w", ZIP_STORED) as archive:
            for number in range(2_000):
                archive.writestr(f"site/{number}.md", "x")
                for picture in range(10):
                    archive.writestr(f"site/images/{number}-{picture}.jpg", b"")
        with opening.opened(buffer, "old.zip") as files:
            assert len(files.names) == 22_000
            assert files.names[0] == "0.md"


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "secret.md").write_text("SECRET")
    site = folder(tmp_path / "site", {"a.md": "x", ".git/config.md": "x", "node_modules/b.md": "x"})
    (site / "link.md").symlink_to(tmp_path / "secret.md")
    (site / "away").symlink_to(tmp_path)
    with opening.opened(site) as files:
        assert files.names == ["a.md"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("people.csv", LIST, "Subscribers are no texts"),
        ("members.csv", "id,email,name,note,subscribed_to_emails\n", "Ghost"),
        ("list.csv", "Email,Active_subscription,Expiry\n", "Substack"),
        ("paper.pdf", "%PDF-1.7\n", "PDF"),
        ("dump.sql", "-- MySQL dump 10.13\n", "MySQL"),
        ("site.tar.gz", b"\x1f\x8b\x08", "zip"),
        ("old.rtf", "{\\rtf1", "RTF"),
        ("picture.bin", b"\x00\x01", "Nobody here knows"),
    ],
)
def test_what_is_no_archive_is_called_by_its_name(name, content, words, tmp_path):
    folder(tmp_path, {name: content})
    with opening.opened(tmp_path / name) as files, pytest.raises(Unreadable, match=words):
        recognising.recognise(files)


def test_a_backup_and_a_mastodon_archive_are_called_by_their_names():
    for files, words in (
        ({"manifest.json": "{}", "secret.key": "x"}, "backup of this program"),
        ({"outbox.json": "{}", "actor.json": "{}"}, "Mastodon"),
    ):
        with opening.opened(BytesIO(zipped(files)), "x.zip") as opened, pytest.raises(Unreadable, match=words):
            recognising.recognise(opened)
