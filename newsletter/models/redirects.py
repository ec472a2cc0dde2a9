"""Redirects: old addresses that keep working."""

import re
from collections.abc import Collection
from contextlib import suppress
from itertools import accumulate, chain, takewhile
from typing import ClassVar
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path, uri_to_iri
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_OLD_PATH = 500
#: By what WordPress names a page without an address of its own. No other redirect has a query.
NUMBERED = re.compile(r"(?:^|&)((?:p|page_id|attachment_id)=\d{1,18})(?=&|$)")


def old_path_of(address: str) -> str:
    """An address in the one form in which old ones are stored and looked up: decoded, composed (NFC), in small
    letters, with single slashes behind the first."""
    return re.sub("(?<=.)//+", "/", normalize("NFC", unquote(without_site(address))).lower())


def new_path_of(address: str) -> str:
    """An address as people read it, with letters that are not encoded."""
    return normalize("NFC", uri_to_iri(without_site(address)))


def without_site(address: str) -> str:
    """Of a complete address of this site what comes after its name."""
    of_site = re.compile(rf"https?://{re.escape(urlsplit(settings.SITE_URL).netloc)}(?=/)", re.IGNORECASE)
    return of_site.sub("", address.strip(), count=1)


def steps_of(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def way_up(path: str) -> list[str]:
    """What redirects may cover an address, the nearest first; none that PostgreSQL would not even compare."""
    whole = "/" + "/".join(steps_of(old_path_of(path)))
    if "\0" in whole:
        return []
    # No redirect is longer, so an address of thousands of steps costs no more than one of a few hundred.
    above = takewhile(lambda each: len(each) < LONGEST_OLD_PATH, accumulate(re.findall("/[^/]*", whole)))
    return [whole[:LONGEST_OLD_PATH], *reversed([f"{each}/" for each in above])]


class RedirectQuerySet(models.QuerySet["Redirect"]):
    def covering(self, path: str) -> "Redirect | None":
        """The redirect of this address, else that of the nearest one above it. An address lies below every `/` in it;
        a slash at its end makes no difference."""
        return self.covering_all([path])[path]

    def numbered(self, path: str, query: str) -> "Redirect | None":
        """The redirect of an address like `/?p=12`, whatever stands there without the question mark."""
        found = NUMBERED.search(query)
        return self.filter(old_path=old_path_of(f"{path}?{found[1]}")).first() if found else None

    def covering_all(self, paths: Collection[str]) -> "dict[str, Redirect | None]":
        """The same for many."""
        ways = {path: way_up(path) for path in paths}
        found = {each.old_path: each for each in self.filter(old_path__in={*chain(*ways.values())})}
        return {path: next((found[each] for each in way if each in found), None) for path, way in ways.items()}

    def leave(self, old_path: str, new_path: str) -> None:
        """Lead everything at and below `old_path` to `new_path`, without chains and loops. Run it in the transaction
        that moves the page."""
        self.filter(old_path=old_path_of(new_path)).delete()
        self.update_or_create(old_path=old_path_of(old_path), defaults={"new_path": new_path_of(new_path)})
        self.shorten(new_path_of(old_path), new_path_of(new_path))

    def shorten(self, old_path: str, new_path: str) -> None:
        """Let what led to `old_path`, or below it, lead to `new_path` at once."""
        if old_path.endswith("/") and new_path.endswith("/"):
            there = Concat(Value(new_path), Substr("new_path", len(old_path) + 1))
            self.filter(new_path__startswith=old_path).update(new_path=there)
        else:
            self.filter(new_path=old_path).update(new_path=new_path)
        self.filter(old_path=F("new_path")).delete()


class Redirect(models.Model):
    """A permanent redirect; an old address that ends in `/` carries everything below it along."""

    old_path = models.CharField(
        _("old address"),
        max_length=LONGEST_OLD_PATH,
        unique=True,
        help_text=_("From the first slash on: “/old/page/”."),
    )
    new_path = models.CharField(
        _("new address"), max_length=1000, help_text=_("On this site (“/new/page/”), or a complete https address.")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering: ClassVar = ["old_path"]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"

    def clean(self) -> None:
        super().clean()
        self.old_path, self.new_path = old_path_of(self.old_path).partition("#")[0], new_path_of(self.new_path)
        if problem := problem_with(self.old_path):
            raise ValidationError({"old_path": problem})
        if not re.match("/(?!/)|https?://", self.new_path):
            raise ValidationError({"new_path": _("Begin with one slash, or write a complete https address.")})
        if self.new_path.startswith("/"):
            self.refuse_detour(urlsplit(self.new_path).path)

    def refuse_detour(self, path: str) -> None:
        """Raise ValidationError where readers would come back, or be led on once more."""
        old, steps = steps_of(self.old_path), steps_of(old_path_of(path))
        if old == (steps[: len(old)] if self.old_path.endswith("/") else steps):
            raise ValidationError({"new_path": _("This leads back to the old address.")})
        if further := Redirect.objects.exclude(pk=self.pk).covering(path):
            words = _("Readers are led on from there to “%(address)s”. Write that, or delete the other redirect.")
            raise ValidationError({"new_path": words % {"address": further.target(path)}})

    def target(self, path: str, query: str = "") -> str:
        """Where `path`, which this redirect covers, leads; what stood behind its question mark goes along. Where the
        new address ends in `/` too, what followed the old one follows it."""
        new = urlsplit(self.new_path)
        rest = steps_of(path)[len(steps_of(self.old_path)) :] if new.path.endswith("/") else []
        end = "".join(f"{step}/" for step in rest)
        end = escape_uri_path(end if path.endswith("/") else end.removesuffix("/"))
        return new._replace(path=new.path + end, query="&".join(filter(None, [new.query, query]))).geturl()


def problem_with(old_path: str) -> str | Promise:
    """Why no reader would ever be led on from there; empty where they are."""
    if not re.match("/(?!/)", old_path):
        return _("Begin with one slash: “/old/page/”.")
    path, _mark, query = old_path.partition("?")
    if query and NUMBERED.fullmatch(query) and re.match("/(?!/)", path):
        return ""
    if "?" in old_path:
        return _("Leave out the question mark and what follows it: readers are led on whatever stands there.")
    if "\0" in old_path:
        return ProhibitNullCharactersValidator.message
    if {".", ".."} & set(steps_of(old_path)):
        return _("Leave out the dots, as browsers do.")
    carries_others = old_path.endswith("/") and not old_path.startswith("/admin/")
    is_hidden = old_path == "/" or (not carries_others and is_page_of_the_site(old_path))
    return _("The site has a page of its own there, which readers see.") if is_hidden else ""


def is_page_of_the_site(path: str) -> bool:
    """Whether a page that is always there has this address, perhaps with a slash at its end."""
    with suppress(Resolver404):
        return path.startswith("/admin/") or not resolve(path).kwargs
    with suppress(Resolver404):
        return not resolve(f"{path}/").kwargs
    return False
