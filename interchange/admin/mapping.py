"""The form in which an editor says what the columns and words of a list mean, as it is asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from interchange.lists.meaning import DateForm, Mapping, Role, Standing, Survey, kinds_of
from interchange.lists.storing import INVALID, OUTCOMES, UNKNOWN
from interchange.lists.words import meaning, refusal, words_of
from interchange.models import ListImport

ROLES = {
    Role.UNKNOWN: _("– say what it is for –"),
    Role.IGNORED: _("not used"),
    Role.EMAIL: _("the address"),
    Role.NAME: _("the name"),
    Role.FIRST_NAME: _("the first name"),
    Role.LAST_NAME: _("the last name"),
    Role.LANGUAGE: _("the language"),
    Role.STANDING: _("whether they get mail"),
    Role.AGREED: _("when they agreed"),
    Role.EVIDENCE: _("how they agreed"),
    Role.NETWORK: _("the network address from which they agreed"),
}
STANDINGS = {
    Standing.UNKNOWN: _("– say what it means –"),
    Standing.ACTIVE: _("gets mail"),
    Standing.SILENT: _("says nothing either way"),
    Standing.ASKED: _("has never confirmed"),
    Standing.LEFT: _("has left"),
    Standing.BOUNCED: _("mail came back"),
    Standing.COMPLAINED: _("complained of spam"),
}
DATES = {
    DateForm.UNKNOWN: _("– say which number is the day –"),
    DateForm.DAY_FIRST: _("day first: 31.12.2024"),
    DateForm.MONTH_FIRST: _("month first: 12/31/2024"),
    DateForm.ISO: _("year first: 2024-12-31"),
    DateForm.UNIX: _("seconds since 1970"),
}
REST = {
    Standing.UNKNOWN: _("– say who they are –"),
    Standing.ACTIVE: _("They get mail: all of this list have agreed"),
    Standing.ASKED: _("They have never confirmed: leave them out"),
    Standing.LEFT: _("They have left"),
}
DELIMITERS = {
    ",": _("commas"),
    ";": _("semicolons"),
    "\t": _("tabs"),
    "|": _("bars"),
    "": _("none: each line holds addresses"),
}


def chosen(choices: dict[Any, Any], value: Any, label: Any, help_text: Any = "") -> forms.ChoiceField:
    kept = [(str(each), words) for each, words in choices.items()]
    return forms.ChoiceField(label=label, choices=kept, initial=str(value), required=False, help_text=help_text)


class Word(NamedTuple):
    """One of the words of a column."""

    text: str
    number: int | None
    field: BoundField


class Column:
    """One column as the page shows it."""

    def __init__(self, form: "MappingForm", place: int, header: str) -> None:
        self.place, self.header = place, header
        self.samples = form.survey.samples.get(place, [])
        self.role = form[f"role_{place}"]
        self.dates = form[f"dates_{place}"] if f"dates_{place}" in form.fields else None
        counts = form.survey.values.get(place, {})
        self.words = [Word(word, counts.get(word), form[name]) for name, word in form.words_of(place)]

    @property
    def is_open(self) -> bool:
        fields = [self.role, *([self.dates] if self.dates else []), *(word.field for word in self.words)]
        return any(not field.value() for field in fields)


class MappingForm(forms.Form):
    """Fields as the file has columns and words. With the button “Import” it asks for how they agreed, too."""

    evidence = forms.CharField(
        label=_("How they agreed"),
        max_length=300,
        required=False,
        help_text=_("Where and when these people said yes. It is kept with each of them, and your name."),
    )
    leaves_out_invalid = forms.BooleanField(
        label=_("Leave out the rows that are invalid"),
        required=False,
        help_text=_("Otherwise nothing is imported while there is one."),
    )
    leaves_out_unknown = forms.BooleanField(
        label=_("Leave out the rows with words that nobody has explained"),
        required=False,
        help_text=_("Who stands there is not subscribed, and not noted as left either."),
    )
    fields: dict[str, Any]

    def __init__(self, brought: ListImport, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brought, self.mapping = brought, Mapping.from_json(brought.mapping)
        self.survey = Survey.from_json(brought.findings["survey"])
        self.counts = {name: brought.counts.get(name, 0) for name in OUTCOMES}
        for name, counted in (("leaves_out_invalid", INVALID), ("leaves_out_unknown", UNKNOWN)):
            if not self.counts[counted]:
                del self.fields[name]
        layout = self.mapping.layout
        letters = dict(brought.findings["encodings"])
        words = {name: f"{name} – {sample[:60]}" if sample else name for name, sample in letters.items()}
        self.fields["encoding"] = chosen({layout.encoding: layout.encoding} | words, layout.encoding, _("Letters"))
        self.fields["delimiter"] = chosen(DELIMITERS, layout.delimiter, _("Between the columns"))
        for place, role in enumerate(self.mapping.roles):
            self.ask(place, role)
        if self.mapping.may_be_silent():
            label = _("Those of whom the file says nothing either way")
            self.fields["rest"] = chosen(REST, self.mapping.rest, label)

    def ask(self, place: int, role: Role) -> None:
        self.fields[f"role_{place}"] = chosen(ROLES, role, self.mapping.layout.headers[place])
        if role == Role.AGREED:
            self.fields[f"dates_{place}"] = chosen(DATES, self.mapping.dates.get(place, ""), _("How days are written"))
        known = self.mapping.words.get(place, {})
        for name, word in self.words_of(place):
            self.fields[name] = chosen(STANDINGS, known.get(word, ""), word or _("(nothing)"))

    def words_of(self, place: int) -> list[tuple[str, str]]:
        """The words of a column that tells who gets mail, with the names of their fields; of one of dates, what
        it says where there is none."""
        role, said = self.mapping.roles[place], self.mapping.words.get(place, {})
        if role not in {Role.STANDING, Role.AGREED}:
            return []
        words = sorted({**self.survey.values.get(place, {}), **said} if role == Role.STANDING else {*said} & {""})
        return [(f"word_{place}_{number}", word) for number, word in enumerate(words)]

    def columns(self) -> Iterator[Column]:
        for place, header in enumerate(self.mapping.layout.headers):
            yield Column(self, place, header)

    @property
    def sounds_like_a_no(self) -> bool:
        """Whether the file is called as if they got no mail: `nonsubscribed_members.csv`."""
        return bool(refusal(words_of(self.brought.name)))

    @cached_property
    def said(self) -> Mapping:
        """What the form says now; words of a column that is only now said to tell are asked next time, where they are
        not known."""
        given, mapping = self.cleaned_data, Mapping.from_json(self.brought.mapping)
        kinds = kinds_of(mapping.layout)
        for place, role in enumerate(self.mapping.roles):
            mapping.roles[place] = Role(given[f"role_{place}"])
            if role == Role.AGREED:
                mapping.dates[place] = DateForm(given[f"dates_{place}"])
            said = {word: Standing(given[name]) for name, word in self.words_of(place)}
            if Role(given[f"role_{place}"]) == Role.STANDING != role:
                said = {word: meaning(kinds[place], word) for word in self.survey.values.get(place, {})}
            if said:
                mapping.words[place] = {**mapping.words.get(place, {}), **said}
        mapping.rest = Standing(given.get("rest", ""))
        return mapping

    @property
    def is_written_otherwise(self) -> bool:
        layout, given = self.mapping.layout, self.cleaned_data
        return (given["encoding"], given["delimiter"]) != (layout.encoding, layout.delimiter)

    @property
    def is_changed(self) -> bool:
        return self.is_written_otherwise or self.said.as_json() != self.mapping.as_json()

    def clean(self) -> None:
        if "import" not in self.data or self.errors or self.is_changed:
            return
        if any(question.about == "email" for question in self.mapping.open_questions()):
            self.add_error(None, _("Say which column holds the addresses."))
        if not self.cleaned_data["evidence"]:
            self.add_error("evidence", _("Say how they agreed."))
        for name, words in LEFT_OUT.items():
            if name in self.fields and not self.cleaned_data[name]:
                self.add_error(name, words)


LEFT_OUT = {
    "leaves_out_invalid": _("Some rows are invalid. Correct them in the file and upload it again, or leave them out."),
    "leaves_out_unknown": _(
        "Some rows have words that nobody has explained. Say above what they mean, or leave them out."
    ),
}


class Overview:
    """What a page of a list shows beside its form: what becomes of how many, and of the first rows."""

    def __init__(self, brought: ListImport) -> None:
        self.brought = brought
        self.invalid, self.unknown = (brought.findings.get(name, []) for name in ("invalid", "unknown"))

    @property
    def counts(self) -> list[tuple[str, Any, int]]:
        found = self.brought.counts
        return [(name, words, found[name]) for name, words in OUTCOMES.items() if found.get(name)]

    @property
    def shown(self) -> list[dict[str, Any]]:
        names = ("number", "email", "name", "fate", "agreed_at")
        rows = [dict(zip(names, row, strict=True)) for row in self.brought.findings.get("shown", [])]
        for row in rows:
            row["words"] = OUTCOMES[row["fate"]]
            row["agreed_at"] = datetime.fromisoformat(row["agreed_at"]) if row["agreed_at"] else None
        return rows

    @property
    def percent(self) -> int:
        return self.brought.done * 100 // self.brought.rows if self.brought.rows else 0
