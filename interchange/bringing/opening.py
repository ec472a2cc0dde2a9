"""What is brought in, opened without trust: a folder, a zip file, or one file alone. Nothing is unpacked to disk, and
nothing is read before the list of what is there was looked at."""

import os
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from struct import unpack_from
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from core.rich_text import Unreadable, failures_in_words
from interchange.bringing.found import Files
from newsletter.composing.upload import IGNORED, WORD, ZIP, entry_name, refuse_dangerous

#: An archive of many years with its pictures holds less than this.
MOST_FILES = 100_000
LARGEST = 8 * 2**30
#: The list of so many files, with their names.
LARGEST_LIST = 32 * 2**20
#: One file that is read in one piece: a document, a picture. Exports are read bit by bit.
LARGEST_FILE = 64 * 2**20
#: The end of a zip file: what it says of its list stands in there, behind a comment of 64 KB at the most.
LONGEST_END = 2**16 + 200
BROKEN = (BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError)
END, END_64 = b"PK\x05\x06", b"PK\x06\x06"
#: Folders of programs, and not of those who write.
PROGRAMS = re.compile(r"(^|/)(?:node_modules|vendor|__pycache__)/")


class Folder:
    """What lies in a folder and below; links are not followed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: Sequence[str] = sorted(self.walk())

    def walk(self) -> Iterator[str]:
        for number, name in enumerate(filter(is_wanted, files_below(self.path, ""))):
            if number >= MOST_FILES:
                refuse_many()
            yield name

    def open(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")

    def size(self, name: str) -> int:
        return (self.path / name).stat().st_size


class Zipped:
    """What is in a zip file. Reading stops where an entry has given as much as it claims to hold."""

    def __init__(self, archive: ZipFile) -> None:
        refuse_dangerous(archive.infolist(), most=MOST_FILES, largest=LARGEST)
        self.archive = archive
        self.entries: dict[str, ZipInfo] = {
            name: entry for entry in archive.infolist() if is_wanted(name := entry_name(entry))
        }
        top = common_folder(self.entries)
        self.entries = {name.removeprefix(top): entry for name, entry in self.entries.items()}
        self.names: Sequence[str] = sorted(self.entries)

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(self.entries[name])

    def size(self, name: str) -> int:
        return self.entries[name].file_size


class Single:
    """One file alone."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file = file
        self.names: Sequence[str] = [name]

    def open(self, name: str) -> IO[bytes]:
        self.file.seek(0)
        return Lent(self.file)  # type: ignore[return-value]

    def size(self, name: str) -> int:
        return self.file.seek(0, os.SEEK_END)


class Lent:
    """A file that stays open when its reader closes it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read, self.readline, self.seek, self.tell = file.read, file.readline, file.seek, file.tell
        self.readable, self.seekable, self.closed = (lambda: True), (lambda: True), False

    def __enter__(self) -> "Lent":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def close(self) -> None:
        pass


@contextmanager
def opened(source: Path | IO[bytes], name: str = "") -> Iterator[Files]:
    """A folder or file of this machine, or an uploaded file and what it is called. Raises Unreadable, also for what
    breaks while it is read."""
    if isinstance(source, Path) and source.is_dir():
        yield Folder(source)
        return
    if isinstance(source, Path):
        with opened_file(source) as file, opened(file, source.name) as files:
            yield files
        return
    if not is_zip(source):
        yield Single(source, name)
        return
    damaged = _("This zip file is damaged. Make it anew and try again.")
    with failures_in_words(damaged):
        refuse_long_list(source)
        archive = ZipFile(source)
    with archive, broken_in_words(damaged):
        yield Single(source, name) if is_word(archive) else Zipped(archive)


@contextmanager
def broken_in_words(message: str) -> Iterator[None]:
    """Say so where what is in a zip file cannot be unpacked."""
    try:
        yield
    except BROKEN as error:
        raise Unreadable(message) from error


@contextmanager
def opened_file(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error
    with file:
        yield file


def read(files: Files, name: str, largest: int = LARGEST_FILE) -> bytes:
    """All of a file. Raises Unreadable where it is larger, or holds other than it says."""
    if files.size(name) > largest:
        facts = {"name": name, "limit": largest // 2**20}
        raise Unreadable(_("“%(name)s” is larger than %(limit)d MB.") % facts)
    with failures_in_words(_("“%(name)s” is damaged in the zip file.") % {"name": name}), files.open(name) as file:
        return file.read(largest + 1)


def beginning(files: Files, name: str, length: int = 4096) -> bytes:
    """The first bytes of a file; nothing where it is damaged."""
    with suppress(Exception), files.open(name) as file:
        return file.read(length)
    return b""


def files_below(folder: Path, inside: str) -> Iterator[str]:
    """Where each file lies, seen from the top."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{inside}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if is_wanted(f"{name}/-"):
                    yield from files_below(Path(entry.path), f"{name}/")
            elif entry.is_file(follow_symlinks=False):
                yield name


def is_wanted(name: str) -> bool:
    return not IGNORED.search(name) and not PROGRAMS.search(name)


def common_folder(names: Sequence[str] | dict[str, ZipInfo]) -> str:
    """The folder in which all of them lie, as zip files of a folder have it: `my-site/`."""
    first = {PurePosixPath(name).parts[0] for name in names if name}
    return f"{first.pop()}/" if len(first) == 1 and all("/" in name for name in names) else ""


def is_zip(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(4) in ZIP


def is_word(archive: ZipFile) -> bool:
    return any(name.startswith(WORD) for name in archive.namelist())


def refuse_long_list(file: IO[bytes]) -> None:
    """Raise Unreadable before the list of a zip file is read, where that alone would take long."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_END))
    tail = file.read()
    at = tail.rfind(END)
    length = unpack_from("<L", tail, at + 12)[0]
    if length == 2**32 - 1 and (at_64 := tail.rfind(END_64)) >= 0:
        length = unpack_from("<Q", tail, at_64 + 40)[0]
    if length > LARGEST_LIST:
        refuse_many()


def refuse_many() -> None:
    raise Unreadable(_("These are more than %(limit)s files: divide them.") % {"limit": f"{MOST_FILES:,}"})
