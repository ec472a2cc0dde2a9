"""A form that was filled in while others saved: what it changes, what it leaves to them, where two changed the same.

A page says of each field, in a few letters, what was stored when it was made. So what comes back tells what its editor
changed, and what is stored by then tells what others did."""

import json
import re
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BooleanField, BoundField, CheckboxInput, FileField, ModelForm
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.differing import Piece, difference

VERSION = "_version"
#: In the place of its number: what a line was that is stored no more.
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says something else than what is stored, both as a browser sends them."""

    key: str
    bound: BoundField
    mine: list[str]
    theirs: list[str]

    @property
    def label(self) -> str:
        form: Any = self.bound.form
        return f"{form.instance}: {self.bound.label}" if form.prefix and form.instance.pk else str(self.bound.label)

    @property
    def pieces(self) -> list[Piece]:
        return difference(self.in_words(self.theirs), self.in_words(self.mine))

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("".join(values), self.in_words(values)) for values in (self.mine, self.theirs)]

    def in_words(self, values: list[str]) -> str:
        field: Any = self.bound.field
        if isinstance(field, BooleanField):
            return _("yes") if values else _("no")
        with suppress(ValidationError):
            if hasattr(field, "choices"):
                chosen = field.clean("".join(values))
                return str((chosen or "") if hasattr(field, "queryset") else dict(field.choices).get(chosen, chosen))
        return "\n".join(plain(values))


@dataclass
class Merging:
    """A form that was sent, with all its lines, beside what is stored now."""

    version: dict[str, str]
    #: It is to be seen again first, not to be stored.
    is_shown: bool = False
    #: What is this editor's; what others changed and this editor did not; what both did.
    differences: list[Difference] = field(default_factory=list)
    taken: list[Difference] = field(default_factory=list)
    clashes: list[Difference] = field(default_factory=list)

    def add(self, found: list[Difference], *, goes: bool, gone: bool) -> list[Difference]:
        """The fields of a line that this editor takes out (`goes`), or others did (`gone`). Returns the others'."""
        ours = [each for each in found if goes or self.version.get(each.key) != mark(each.mine)]
        others = [each for each in found if gone or self.version.get(each.key) != mark(each.theirs)]
        clashes = [each for each in others if each in ours or (gone and ours)]
        self.clashes += clashes
        return [each for each in others if each not in clashes]

    def ways(self, sent: QueryDict) -> tuple[QueryDict, QueryDict]:
        """What to send to keep what is mine, or to take what is theirs, both based on what is stored now."""
        mine = without_marks(sent)
        for each in self.taken:
            mine.setlist(each.bound.html_name, each.theirs)
        seen = {each.key: mark(each.theirs) for each in [*self.taken, *self.clashes]}
        mine[VERSION] = json.dumps(self.version | seen)
        theirs = mine.copy()
        for each in self.clashes:
            theirs.setlist(each.bound.html_name, each.theirs)
            theirs.pop(each.bound.form.add_prefix("DELETE"), None)
        return mine, theirs


class MergedForm(ModelForm):
    """Leaves to others what they alone changed. Where no version came along, all that would change is a clash: nobody
    knows what its editor had seen."""

    merging: Merging
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            goes, gone = (self.add_prefix(name) in self.data for name in ("DELETE", GONE))
            is_old = self.instance.pk or gone
            says = is_old or self.has_changed()
            found = [each for bound in self if says and (each := beside(bound, goes=goes))]
            taken = self.merging.add(found, goes=goes, gone=gone) if is_old else []
            self.merging.taken += taken
            self.merging.differences += [each for each in found if each not in taken]
            self.data = self.data.copy() if taken else self.data
            for each in taken:
                self.data.setlist(each.bound.html_name, each.theirs)

    def is_valid(self) -> bool:
        return not (self.merging.clashes or self.merging.is_shown) and super().is_valid()


def merged(form: type[ModelForm], merging: Merging | None) -> type[ModelForm]:
    """The form as it is sent beside others; as it is where it is only opened."""
    if merging is None:
        return form
    made: Any = type(form.__name__, (MergedForm, form), {"merging": merging})
    made.base_fields = form.base_fields  # some were changed since they were made
    return made


def beside(bound: BoundField, *, goes: bool) -> Difference | None:
    form: Any = bound.form
    mine, theirs = form.data.getlist(bound.html_name), stored(bound)
    if isinstance(bound.field, FileField):
        mine = [file.name] if (file := form.files.get(bound.html_name)) else theirs
    is_same = plain(mine) == plain(theirs)
    return None if is_same and not goes else Difference(key_of(bound), bound, [] if goes else mine, theirs)


def key_of(bound: BoundField) -> str:
    """The same as long as the line is, wherever it stands."""
    form: Any = bound.form
    number = form.instance.pk or form.data.get(form.add_prefix(GONE))
    return f"{(form.prefix or '').rpartition('-')[0]}#{number} {bound.name}"


def stored(bound: BoundField) -> list[str]:
    """What a browser sends of a field that nobody touches; of a file, its name."""
    widget: Any = getattr(bound.field.widget, "widget", bound.field.widget)
    value = bound.field.prepare_value(bound.initial)
    if isinstance(widget, CheckboxInput):
        return ["on"] if value else []
    value = widget.format_value(value)
    return value if isinstance(value, list) else ["" if value is None else str(value)]


def plain(values: list[str]) -> list[str]:
    """Without what browsers add and forms take off."""
    return [text for value in values if (text := value.replace("\r\n", "\n").strip())]


def mark(values: list[str]) -> str:
    return blake2b("\0".join(plain(values)).encode(), digest_size=6).hexdigest()


def version_of(context: Mapping[str, Any]) -> dict[str, str]:
    """What is stored of all that a page of the admin lets somebody change."""
    lines = [form for each in context["inline_admin_formsets"] for form in each.formset.initial_forms]
    shown = [bound for form in [context["adminform"].form, *lines] for bound in form.visible_fields()]
    return {key_of(bound): mark(stored(bound)) for bound in shown}


def version_in(post: QueryDict) -> dict[str, str]:
    """What a page said of what was stored; nothing where it did not."""
    with suppress(ValueError):
        if isinstance(version := json.loads(post.get(VERSION, "")), dict):
            return version
    return {}


def without_gone(sent: QueryDict, prefix: str, there: Container[str]) -> QueryDict:
    """Lines that are stored no more come last, as new ones that say what they were."""
    lines: dict[int, list[str]] = {}
    for name in sent:
        if found := re.fullmatch(rf"{re.escape(prefix)}-(\d{{1,5}})-(\w+)", name):
            lines.setdefault(int(found[1]), []).append(found[2])
    known = [at for at in lines if sent.get(f"{prefix}-{at}-id")]
    gone = [at for at in known if sent[f"{prefix}-{at}-id"] not in there]
    post = sent.copy()
    if gone:
        for name in (f"{prefix}-{at}-{field}" for at, fields in lines.items() for field in fields):
            del post[name]
        for place, at in enumerate(sorted(lines, key=lambda at: (at in gone, at))):
            for field in lines[at]:
                name = GONE if field == "id" and at in gone else field
                post.setlist(f"{prefix}-{place}-{name}", sent.getlist(f"{prefix}-{at}-{field}"))
        post[f"{prefix}-INITIAL_FORMS"] = str(len(known) - len(gone))
    return post


def without_marks(sent: QueryDict) -> QueryDict:
    """What was sent, but for the token and for what lines were that are gone."""
    post = sent.copy()
    for name in [name for name in post if name == "csrfmiddlewaretoken" or name.endswith(f"-{GONE}")]:
        del post[name]
    return post
