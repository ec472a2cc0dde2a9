"""The addresses at which a document was lead to its new place."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interchange.models import Imported
from newsletter.models import Article, Issue, Redirect
from newsletter.models.redirects import LONGEST_OLD_PATH, NUMBERED, old_path_of, without_site


def lead_on(row: Imported, thing: Issue | Article) -> list[str]:
    """Store a redirect for each address that a document had; returns, in sentences, of which that is not possible."""
    new = thing.get_absolute_url()
    wanted = {path for address in row.facts["addresses"] if (path := old_path(address))} - {old_path(new)}
    known = dict(Redirect.objects.filter(old_path__in=wanted).values_list("old_path", "new_path"))
    made, told = [], []
    for path in sorted(wanted):
        if path in known:
            told += [] if known[path] == new else [taken(path, known[path])]
        elif isinstance(redirect := checked(path, new), Redirect):
            made.append(redirect)
        else:
            told.append(redirect)
    row.made["redirects"] = [each.pk for each in Redirect.objects.bulk_create(made)]
    return told


def old_path(address: str) -> str:
    """From the first slash on, with the number that WordPress knows a page by; empty for the site's own front page."""
    parts = urlsplit(without_site(address))
    path = old_path_of(parts.path or "/")
    if numbered := NUMBERED.search(parts.query):
        return f"{path}?{numbered[1]}"
    return path.rstrip("/") if len(path) <= LONGEST_OLD_PATH else ""


def checked(path: str, new: str) -> Redirect | str:
    redirect = Redirect(old_path=path, new_path=new)
    try:
        redirect.clean()
    except ValidationError as problem:
        words = _("The old address “%(path)s” does not lead here: %(why)s")
        return words % {"path": path, "why": " ".join(problem.messages)}
    return redirect


def taken(path: str, there: str) -> str:
    return _("The old address “%(path)s” leads to “%(there)s” already, and stays so.") % {"path": path, "there": there}
