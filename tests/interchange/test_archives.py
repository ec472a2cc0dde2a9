"""What an archive is, and that nothing but a whole one of ours is taken for one."""

from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest

from interchange.archives import Manifest, Refused, Writer, line, lines_of, opened, sealed


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def archive(passphrase="", members=None, **said):
    """The bytes of one with a table and a picture."""
    file = BytesIO()
    with sealed(file, passphrase) as sink, ZipFile(sink, "w") as new:
        writer = Writer(new)
        for name, content in (
            members or {"rows/a.jsonl": b'["id"]\n[1]\n', "pictures/people/a.webp": b"RIFF"}
        ).items():
            writer.add(name, [content])
        writer.add("secret.key", [b"key"])
        writer.end(Manifest("2026-11-30", "sqlite", [["core", "0001_initial"]], **said))
    return file


def read(file, passphrase=""):
    with opened(file, passphrase) as (_archive, manifest):
        return manifest


def test_one_says_what_is_in_it():
    manifest = read(archive())
    assert manifest.pictures == ["people/a.webp"]
    assert manifest.hashes["pictures/people/a.webp"] == sha256(b"RIFF").hexdigest()


def test_times_keep_microseconds_and_texts_what_is_in_them():
    words = '潮 "quoted" \\u0000 \u2028\n🦀\x00'
    file = archive(members={"rows/a.jsonl": line([words, None, 1.5, {"a": [True]}])})
    with opened(file, "") as (found, _manifest):
        assert list(lines_of(found, "rows/a.jsonl", nul=True)) == [[words, None, 1.5, {"a": [True]}]]
        assert next(lines_of(found, "rows/a.jsonl", nul=False))[0] == words.removesuffix("\x00")


def test_half_of_one_is_none():
    whole = archive().getvalue()
    for length in range(0, len(whole), 37):
        with pytest.raises(Refused, match="damaged or not complete"):
            read(BytesIO(whole[:length]))


def test_one_that_lacks_a_piece_is_none(tmp_path):
    whole, file = archive().getvalue(), tmp_path / "backup"
    for place in range(0, len(whole) - 30, 41):
        file.write_bytes(whole[:place] + whole[place + 30 :])
        with file.open("rb") as stored, pytest.raises(Refused, match="damaged or not complete"):
            read(stored)


def test_no_byte_of_what_is_in_it_may_differ():
    whole = archive().getvalue()
    for place in range(0, len(whole), 11):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        try:
            with opened(BytesIO(changed), "") as (found, _manifest):
                assert found.read("rows/a.jsonl") == b'["id"]\n[1]\n'  # as dates of members say nothing
                assert found.read("pictures/people/a.webp") == b"RIFF"
        except Refused:
            pass


@pytest.mark.parametrize(
    "name",
    [
        "../secret.key",
        "pictures/../../secret.key",
        "/etc/passwd",
        "pictures//etc/passwd",
        "pictures/a/./b",
        "else.txt",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(Refused, match="do not trust it"):
        read(archive(members={name: b"content"}))


def test_one_of_a_newer_version_is_refused():
    with pytest.raises(Refused, match="newer version of Courant"):
        read(archive(format=2))


def test_what_its_manifest_does_not_name_is_refused():
    file = archive()
    with ZipFile(file, "a") as more:
        more.writestr("pictures/b.webp", b"RIFF")
    with pytest.raises(Refused, match="not what it says"):
        read(file)


@pytest.mark.slow  # a passphrase takes its time by design
def test_a_passphrase_opens_it_and_no_other_does():
    file = archive("correct horse")
    assert b"RIFF" not in file.getvalue()
    assert read(file, "correct horse").pictures == ["people/a.webp"]
    with pytest.raises(Refused, match="set BACKUP_PASSPHRASE"):
        read(file)
    with pytest.raises(Refused, match="not the passphrase"):
        read(file, "wrong horse")
    damaged = bytearray(file.getvalue())
    damaged[len(damaged) // 2] ^= 1
    with pytest.raises(Refused, match="damaged or not complete"):
        read(BytesIO(damaged), "correct horse")
