"""What somebody decides about an archive that is brought in; what is the same for lists stands in
`interchange.steering`."""

from typing import Any

from django.core.files.storage import default_storage

from accounts.models import User
from interchange.models import Import, Imported, WantedPicture
from interchange.returning.stages import NAME as COURANT
from interchange.steering import leave as leave
from interchange.steering import resume as resume
from interchange.steering import stop as stop
from interchange.steering import this as this
from newsletter.models import Newsletter

State = Import.State


def begin(newsletter: Newsletter, name: str, by: User | None, upload: str = "", **wishes: Any) -> Import:
    """Have an archive read. `wishes` are fields of Import: publishes, base_url, pages and so on."""
    return Import.objects.create(newsletter=newsletter, name=name, by=by, upload=upload, **wishes)


def bring_in(brought: Import) -> bool:
    """All that is planned."""
    return bool(this(brought, State.PLANNED).update(state=State.UNDER_WAY, problem=""))


def read_again(brought: Import, **wishes: Any) -> bool:
    """Plan anew, with other wishes, as long as nothing is stored."""
    mine = this(brought, State.PLANNED) | this(brought, State.FAILED).filter(resumes=State.READING)
    return bool(mine.update(state=State.READING, resumes="", problem="", **wishes))


def take_back(brought: Import) -> bool:
    """What was brought in, all of it or as far as it came; but for an export of this program, which is a site."""
    mine = this(brought, State.DONE) | this(brought, State.FAILED).exclude(resumes=State.READING)
    return bool(mine.exclude(format=COURANT).update(state=State.TAKING_BACK, resumes="", problem=""))


def discard(brought: Import) -> bool:
    """Forget an import of which nothing was stored, with its upload."""
    stored = Imported.objects.filter(of=brought).exclude(state__in=[Imported.State.PLANNED, Imported.State.REFUSED])
    if stored.exists() or not this(brought, State.READING, State.PLANNED, State.FAILED).delete()[0]:
        return False
    if brought.upload:
        default_storage.delete(brought.upload)
    return True


def fetch_pictures(brought: Import) -> bool:
    """Look for pictures from elsewhere in what was brought in, and fetch them; also again those that failed."""
    failed = WantedPicture.objects.failed().filter(document__of=brought)
    is_asked = this(brought, State.DONE).update(looks_for_pictures=True, fetches_pictures=True)
    return bool(is_asked and (failed.update(problem="") or True))
