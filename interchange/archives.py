"""One file with the whole site: a zip of each table's rows as JSON lines, the pictures, the keys, and `manifest.json`,
which says what is in it with a hash of each.

With a passphrase it is a zip of two: `identity.age`, a key that the passphrase opens, and `archive.zip.age`, which
that key opens. The programs unzip and age read it without Courant.
"""

import errno
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import file_digest, sha256
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import pyrage
from django.conf import settings
from django.core.management.base import CommandError

FORMAT = 1
MANIFEST, KEYS, PICTURES = "manifest.json", "secret.key", "pictures/"
IDENTITY, SEALED = "identity.age", "archive.zip.age"
#: No name leads out of a folder.
NAMES = re.compile(r"secret\.key|rows/\w+\.jsonl|pictures/(?!(.*/)?\.{0,2}(/|$)).+")
#: As JSON writes what PostgreSQL does not take.
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
DAMAGED = "This backup is damaged or not complete; take another one. ({})"


class Refused(CommandError):
    """Why not, as a sentence for the operator. Nothing has been changed."""


@dataclass
class Manifest:
    """What an archive says of itself."""

    made_at: str
    engine: str
    migrations: list[list[str]]
    #: By table, the highest key that was ever given to a row.
    last_ids: dict[str, int] = field(default_factory=dict)
    #: By name, the hash of its content; of tables how many rows as well.
    hashes: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def moment(self) -> str:
        """For people, in UTC."""
        return f"{datetime.fromisoformat(self.made_at):%Y-%m-%d %H:%M} UTC"

    @property
    def pictures(self) -> list[str]:
        return [name.removeprefix(PICTURES) for name in self.hashes if name.startswith(PICTURES)]


class Writer:
    def __init__(self, archive: ZipFile) -> None:
        self.zip, self.hashes = archive, dict[str, str]()

    def add(self, name: str, chunks: Iterable[bytes], compression: int = ZIP_DEFLATED) -> None:
        entry, content = ZipInfo(name), sha256()
        entry.compress_type, entry.external_attr = compression, 0o600 << 16
        with self.zip.open(entry, "w", force_zip64=True) as member:
            for chunk in chunks:
                content.update(chunk)
                member.write(chunk)
        self.hashes[name] = content.hexdigest()

    def end(self, manifest: Manifest) -> None:
        manifest.hashes = dict(self.hashes)
        self.add(MANIFEST, [json.dumps(asdict(manifest), indent=1).encode()])


def line(values: Iterable[Any]) -> bytes:
    """Times as text, with their microseconds."""
    return json.dumps(values, ensure_ascii=False, default=str, separators=(",", ":")).encode() + b"\n"


def lines_of(archive: ZipFile, name: str, *, nul: bool) -> Iterator[list[Any]]:
    """What `line` wrote; without the character that not every database takes, unless told so."""
    with TextIOWrapper(archive.open(name), encoding="utf-8", newline="\n") as lines:
        yield from (json.loads(each if nul else NUL.sub(r"\1", each)) for each in lines)


@contextmanager
def sealed(file: IO[bytes], passphrase: str) -> Iterator[IO[bytes]]:
    """Where to write, so that nobody reads it without the passphrase; the file itself where there is none."""
    if not passphrase:
        yield file
        return
    with TemporaryFile(dir=settings.DATA_DIR) as plain, ZipFile(file, "w", ZIP_STORED) as outer:
        yield plain
        plain.seek(0)
        identity = pyrage.x25519.Identity.generate()
        outer.writestr(IDENTITY, pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
        with outer.open(SEALED, "w", force_zip64=True) as sink:
            pyrage.encrypt_io(plain, sink, [identity.to_public()])


@contextmanager
def opened(path: IO[bytes], passphrase: str) -> Iterator[tuple[ZipFile, Manifest]]:
    """What an archive holds, once all of it was compared with what the manifest says. Raises Refused."""
    try:
        with ZipFile(path) as archive:
            if IDENTITY not in archive.namelist():
                yield archive, verified(archive)
                return
            with TemporaryFile(dir=settings.DATA_DIR) as plain:
                decrypt(archive, plain, identity_of(archive, passphrase))
                with ZipFile(plain) as inner:
                    yield inner, verified(inner)
    except (BadZipFile, EOFError, zlib.error, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise Refused(DAMAGED.format(error)) from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a piece is missing: what it says leads to before its beginning
            raise Refused(DAMAGED.format(error)) from error
        raise


def check(path: Path, passphrase: str) -> None:
    """Compare all that is in an archive with its manifest. Raises Refused."""
    with path.open("rb") as file, opened(file, passphrase):
        pass


def identity_of(archive: ZipFile, passphrase: str) -> pyrage.x25519.Identity:
    if not passphrase:
        raise Refused("This backup is encrypted: set BACKUP_PASSPHRASE to what it was when the backup was made.")
    try:
        return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(archive.read(IDENTITY), passphrase).decode())
    except pyrage.DecryptError:
        raise Refused("BACKUP_PASSPHRASE is not the passphrase of this backup.") from None


def decrypt(archive: ZipFile, plain: IO[bytes], identity: pyrage.x25519.Identity) -> None:
    try:
        with archive.open(SEALED) as content:
            pyrage.decrypt_io(content, plain, [identity])
    except (OSError, pyrage.DecryptError) as error:  # also of what it reads and writes
        raise ValueError(error) from error


def verified(archive: ZipFile) -> Manifest:
    said = json.loads(archive.read(MANIFEST))
    if said["format"] > FORMAT:
        raise Refused("This backup was made by a newer version of Courant; restore it with that one.")
    manifest, names = Manifest(**said), set(archive.namelist()) - {MANIFEST}
    if odd := [name for name in names if not NAMES.fullmatch(name)]:
        raise Refused(f"This backup holds what no backup does, {odd[0]!r}: do not trust it.")
    if {name: hash_of(archive, name) for name in names} != manifest.hashes or KEYS not in names:
        raise ValueError("what is in it is not what it says")
    return manifest


def hash_of(archive: ZipFile, name: str) -> str:
    with archive.open(name) as member:
        return file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]  # more than IO: a ZipExtFile
