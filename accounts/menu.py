"""The pages of an account, in the order in which its menu shows them."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Page(NamedTuple):
    label: str | Promise
    url_name: str


#: Apps above add theirs in `ready()`.
own_pages: list[Page] = []

FIRST = [Page(_("Profile"), "accounts:profile")]
LAST = [
    Page(_("Sessions"), "accounts:sessions"),
    Page(_("Password"), "accounts:password"),
    Page(_("Second factor"), "mfa_index"),
    Page(_("My data"), "accounts:data"),
]


def pages() -> list[Page]:
    return [*FIRST, *own_pages, *LAST]
