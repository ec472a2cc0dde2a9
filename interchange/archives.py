"""One file with the whole site: a tar of the pictures, each table's rows as JSON lines, and the keys.

`manifest.json`, its last member, says what is in it, with a hash of each part: an archive without it is not complete.
With a passphrase the file is a tar of two, which the program `age` opens as well: `identity.age`, a key that the
passphrase opens, and `archive.tar.age`, which that key opens.
"""

import gzip
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, NamedTuple

import pyrage

FORMAT = 1
MANIFEST, KEYS, PICTURES = "manifest.json", "secret.key", "pictures/"
IDENTITY, SEALED = "identity.age", "archive.tar.age"
NAMES = re.compile(r"manifest\.json|secret\.key|rows/\w+\.jsonl\.gz|pictures/(?!(.*/)?\.{0,2}(/|$)).+")
#: As JSON writes it.
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
CHUNK = 2**18
NOWHERE = Path(os.devnull)
NOT_COMPLETE = "This backup is damaged or not complete; take another one."


class Refused(Exception):
    """Why not, as a sentence for the operator. Nothing has been changed."""


class Member(NamedTuple):
    sha256: str
    #: Of a table; bytes of all else.
    size: int


@dataclass
class Manifest:
    """What an archive says of itself."""

    made_at: str
    engine: str
    migrations: list[tuple[str, str]]
    #: By table, the highest key that was ever given to a row.
    last_ids: dict[str, int] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def read(cls, file: Path) -> "Manifest":
        try:
            values = json.loads(file.read_bytes())
            if values["format"] > FORMAT:
                raise Refused("This backup was made by a newer version of Courant; restore it with that one.")
            manifest = cls(**values)
            manifest.members = {name: Member(*said) for name, said in manifest.members.items()}
            manifest.migrations = [(app, name) for app, name in manifest.migrations]
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            raise Refused(NOT_COMPLETE) from None
        return manifest

    @property
    def rows(self) -> int:
        return sum(member.size for name, member in self.members.items() if name.startswith("rows/"))

    @property
    def pictures(self) -> list[str]:
        return [name.removeprefix(PICTURES) for name in self.members if name.startswith(PICTURES)]


class Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.hash = file, sha256()

    def read(self, size: int = CHUNK) -> bytes:
        chunk = self.file.read(size)
        self.hash.update(chunk)
        return chunk


class Writer:
    """Writes members one after the other; `end` adds the manifest."""

    def __init__(self, file: IO[bytes], folder: Path) -> None:
        self.tar, self.folder = tarfile.open(fileobj=file, mode="w|"), folder  # noqa: SIM115
        self.members: dict[str, Member] = {}

    def add(self, name: str, file: IO[bytes], size: int, rows: int | None = None) -> None:
        entry, hashed = tarfile.TarInfo(name), Hashed(file)
        entry.size, entry.mode = size, 0o600
        self.tar.addfile(entry, hashed)
        self.members[name] = Member(hashed.hash.hexdigest(), size if rows is None else rows)

    def add_bytes(self, name: str, content: bytes) -> None:
        self.add(name, BytesIO(content), len(content))

    def add_rows(self, table: str, columns: list[str], rows: Iterable[Iterable[Any]]) -> int:
        """Returns how many. Times keep their microseconds."""
        count = 0
        with TemporaryFile(dir=self.folder) as spool:
            with gzip.GzipFile(fileobj=spool, mode="wb", compresslevel=3, mtime=0) as lines:
                lines.write(line(columns))
                for count, row in enumerate(rows, start=1):  # noqa: B007
                    lines.write(line(row))
            size = spool.tell()
            spool.seek(0)
            self.add(f"rows/{table}.jsonl.gz", spool, size, count)
        return count

    def end(self, manifest: Manifest) -> None:
        manifest.members = self.members
        self.add_bytes(MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
        self.tar.close()


def line(values: Iterable[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, default=str, separators=(",", ":")).encode() + b"\n"


def rows_in(file: Path, *, nul: bool) -> Iterator[list[Any]]:
    """The names of the columns, then the rows; without the character that not every database takes, unless told so."""
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        yield from (json.loads(each if nul else NUL.sub(r"\1", each)) for each in lines)


@contextmanager
def sealed(file: IO[bytes], passphrase: str) -> Iterator[IO[bytes]]:
    """Where to write, so that nobody reads it without the passphrase; the file itself where there is none."""
    if not passphrase:
        yield file
        return
    identity, tar = pyrage.x25519.Identity.generate(), tarfile.open(fileobj=file, mode="w")  # noqa: SIM115
    key, content = tarfile.TarInfo(IDENTITY), tarfile.TarInfo(SEALED)
    opens = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
    key.size, key.mode, content.mode = len(opens), 0o600, 0o600
    tar.addfile(key, BytesIO(opens))
    start = file.tell()
    tar.addfile(content)
    with beside("wb", lambda source: pyrage.encrypt_io(source, file, [identity.to_public()])) as sink:
        yield sink
    content.size = file.tell() - start - tarfile.BLOCKSIZE
    file.write(bytes(-content.size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE))
    file.seek(start)
    file.write(content.tobuf(tarfile.GNU_FORMAT))


@contextmanager
def opened(path: Path, passphrase: str) -> Iterator[tarfile.TarFile]:
    with tarfile.open(path, "r:") as tar:
        first = tar.next()
        if not first or first.name != IDENTITY:
            yield tar
            return
        if not passphrase:
            raise Refused("This backup is sealed: it wants its passphrase, BACKUP_PASSPHRASE.")
        key, content = tar.extractfile(first), tar.extractfile(SEALED)
        try:
            opens = pyrage.passphrase.decrypt(key.read() if key else b"", passphrase)
        except pyrage.DecryptError:
            raise Refused("This is not the passphrase of this backup.") from None
        identity = pyrage.x25519.Identity.from_str(opens.decode())
        with (
            beside("rb", lambda sink: pyrage.decrypt_io(content, sink, [identity])) as source,
            tarfile.open(fileobj=source, mode="r|") as inner,
        ):
            yield inner
            while source.read(CHUNK):
                pass


@contextmanager
def beside(mode: str, work: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """Our end of a pipe, to be read or written while a thread works at the other one. Raises what it raised."""
    reading, writing = os.pipe()
    ours, theirs = (open(reading, "rb"), open(writing, "wb"))  # noqa: SIM115, PTH123
    if mode == "wb":
        ours, theirs = theirs, ours  # type: ignore[assignment]

    def run() -> None:
        with theirs:
            work(theirs)

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(run)
        try:
            with ours:
                yield ours
        except (BrokenPipeError, tarfile.TarError):
            done.result()
            raise
        done.result()


def check(path: Path, passphrase: str) -> None:
    """Compare all that is in an archive with its manifest. Raises Refused."""
    with TemporaryDirectory() as folder:
        unpack(path, Path(folder), passphrase, kept=lambda name: name == MANIFEST)


def unpack(path: Path, folder: Path, passphrase: str, kept: Callable[[str], bool] = bool) -> Manifest:
    """Put all that is in an archive into an empty folder, and compare it with the manifest. Raises Refused."""
    found = {}
    try:
        with opened(path, passphrase) as tar:
            for entry in tar:
                if not (entry.isfile() and NAMES.fullmatch(entry.name)) or entry.name in found:
                    raise Refused(f"This backup holds what is none of its parts, {entry.name!r}: do not trust it.")
                found[entry.name] = extract(tar, entry, folder / entry.name if kept(entry.name) else NOWHERE)
    except (tarfile.TarError, pyrage.DecryptError, pyrage.IdentityError, EOFError, KeyError):
        raise Refused(NOT_COMPLETE) from None
    except OSError as error:
        if error.errno:
            raise
        raise Refused(NOT_COMPLETE) from None
    manifest = Manifest.read(folder / MANIFEST)
    found.pop(MANIFEST)
    if found != {name: said.sha256 for name, said in manifest.members.items()}:
        raise Refused(NOT_COMPLETE)
    return manifest


def extract(tar: tarfile.TarFile, entry: tarfile.TarInfo, to: Path) -> str:
    """Returns its hash."""
    to.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(entry)
    hashed = Hashed(content or BytesIO())
    with to.open("wb") as file:
        while chunk := hashed.read():
            file.write(chunk)
    return hashed.hash.hexdigest()
