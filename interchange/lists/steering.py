"""What somebody decides about a list; what is the same for archives stands in `interchange.steering`."""

from typing import Any

from django.core.files.storage import default_storage

from accounts.models import User
from interchange.lists.meaning import Mapping
from interchange.lists.storing import INVALID, UNKNOWN
from interchange.models import ListImport, ListShape
from interchange.steering import this
from newsletter.models import Newsletter

State = ListImport.State


def begin(newsletter: Newsletter, name: str, by: User | None, upload: str = "") -> ListImport:
    """Have a list looked at."""
    return ListImport.objects.create(newsletter=newsletter, name=name, by=by, upload=upload)


def look_again(brought: ListImport, mapping: Mapping | None = None, **wished: Any) -> bool:
    """With what somebody says of its columns and words; or, where that is to be found out anew, with the encoding and
    delimiter that are `wished`."""
    facts: dict[str, Any] = {"mapping": mapping.as_json()} if mapping else {"mapping": {}}
    if not mapping:
        facts["findings"] = {"wished": wished | {"before": brought.mapping}}
    mine = this(brought, State.PLANNED) | this(brought, State.FAILED).filter(resumes=State.READING)
    return bool(mine.update(state=State.READING, resumes="", problem="", counts={}, rows=0, done=0, **facts))


def is_open(brought: ListImport) -> bool:
    """Whether something must be said before anything of it can be stored: which column holds the addresses."""
    return any(question.about == "email" for question in Mapping.from_json(brought.mapping).open_questions())


def bring_in(brought: ListImport, evidence: str, *, leaves_out_invalid: bool, leaves_out_unknown: bool) -> bool:
    """What was looked at. Nothing is stored while there are rows that nobody has said can be left out."""
    blocked = (brought.counts.get(INVALID) and not leaves_out_invalid) or (
        brought.counts.get(UNKNOWN) and not leaves_out_unknown
    )
    if blocked or not evidence or is_open(brought):
        return False
    begun = (
        this(brought, State.PLANNED)
        .filter(mapping=brought.mapping)
        .update(
            state=State.UNDER_WAY,
            evidence=evidence,
            leaves_out_invalid=leaves_out_invalid,
            leaves_out_unknown=leaves_out_unknown,
            done=0,
            counts={},
            findings={},
            problem="",
        )
    )
    if begun:
        mapping = Mapping.from_json(brought.mapping)
        ListShape.objects.update_or_create(digest=mapping.layout.shape, defaults={"mapping": brought.mapping})
    return bool(begun)


def take_back(brought: ListImport) -> bool:
    """What was stored, all of it or as far as it came, within some weeks."""
    if not brought.can_be_taken_back:
        return False
    mine = this(brought, brought.state).filter(resumes=brought.resumes)
    return bool(mine.update(state=State.TAKING_BACK, resumes="", problem="", done=0, findings={}))


def discard(brought: ListImport) -> bool:
    """Forget a list of which nothing was stored, with its upload."""
    mine = this(brought, State.READING, State.PLANNED, State.FAILED)
    if brought.stored.exists() or not mine.delete()[0]:
        return False
    forget_upload(brought)
    return True


def forget_upload(brought: ListImport) -> None:
    if brought.upload:
        default_storage.delete(brought.upload)
