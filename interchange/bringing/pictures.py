"""The pictures of a document in an archive: read one by one, and only when somebody asks for what is in them."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from core.rich_text import Unreadable
from interchange.bringing import opening
from interchange.bringing.found import Files
from newsletter.composing.plan import PictureFiles, Remark
from newsletter.imaging import MAX_BYTES, CleanPicture, clean_upload
from newsletter.models import Picture


class Pictures(Mapping[str, bytes]):
    """Files of an archive by the addresses under which a document shows them."""

    def __init__(self, files: Files, found: Mapping[str, str]) -> None:
        self.files, self.found = files, found

    def __getitem__(self, key: str) -> bytes:
        return opening.read(self.files, self.found[key], MAX_BYTES + 1)

    def __contains__(self, key: object) -> bool:
        return key in self.found

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


class Sketched(Mapping[str, CleanPicture]):
    """The same for a plan: what only tells one picture from another stands for each, as making them fit for the web
    takes long."""

    def __init__(self, files: PictureFiles) -> None:
        self.files, self.checksums = files, dict[str, str]()

    def __getitem__(self, key: str) -> CleanPicture:
        content = self.files[key]
        checksum = content.checksum if isinstance(content, CleanPicture) else sha256(content).hexdigest()
        self.checksums[key] = checksum
        return CleanPicture(b"", "jpg", checksum)

    def __contains__(self, key: object) -> bool:
        return key in self.files

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def made_fit(files: PictureFiles) -> tuple[dict[str, CleanPicture], list[Remark]]:
    """The pictures fit for the web, and what is to be said of those that cannot be used. What is here already is not
    made anew."""
    fit, remarks = dict[str, CleanPicture](), list[Remark]()
    for key in files:
        try:
            fit[key] = clean(key, files[key])
        except (ValidationError, Unreadable) as problem:
            words = problem.messages[0] if isinstance(problem, ValidationError) else str(problem)
            remarks.append(Remark.of(_("The picture “%(name)s” cannot be used: %(why)s"), name=key, why=words))
    return fit, remarks


def clean(name: str, content: bytes | CleanPicture) -> CleanPicture:
    if isinstance(content, CleanPicture):
        return content
    picture = Picture.objects.filter(checksum=sha256(content).hexdigest()).first()
    if picture is None:
        return clean_upload(ContentFile(content, name=name))
    with picture.file.open() as stored:
        return CleanPicture(stored.read(), picture.file.name.rpartition(".")[2], picture.checksum)
