"""An import in words: the plan as a table, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _g
from django.utils.translation import ngettext

from interchange.models import Import, Imported

OUTLOOKS = {"new": _g("new"), "changed": _g("changes"), "same": _g("as it is")}
#: Of one kind of remark, so many documents are named.
NAMED = 3


def report(brought: Import, rows: Iterable[Imported]) -> Iterator[str]:
    """A line for each document, then what is to be said of them, by kind and counted."""
    kinds, examples, states = Counter[str](), dict[str, list[str]](), Counter[str]()
    yield f"{brought.name} ({brought.format}) → {brought.newsletter}"
    for row in rows:
        yield line(row)
        states[str(row.get_state_display())] += 1
        for kind, words, number in row.remarks:
            kinds[kind] += 1
            named = examples.setdefault(kind, [])
            if len(named) < NAMED:
                named.append(place(row, number, words if words != kind else ""))
    for kind, (count, names) in brought.asides.items():
        yield f"  – {count} × {kind} ({', '.join(names)}{', …' if count > len(names) else ''})"
    for kind, count in kinds.most_common():
        yield f"  ! {count} × {kind}"
        yield from (f"      {each}" for each in examples[kind])
    yield ", ".join(f"{state}: {count}" for state, count in states.items())


def line(row: Imported) -> str:
    """File, what it becomes, title, number, date, and how much is in it."""
    if not row.facts.get("kind"):
        return f"{row.name}: {row.get_state_display()}"
    facts = row.facts
    kind = _("No. %s") % facts["number"] if facts["kind"] == "issue" else _("Article")
    date = (facts["date"] or _("no date"))[:10]
    parts = [f"{row.name} → {kind} “{facts['title']}”", date, *counts(facts)]
    if facts["is_draft"]:
        parts.append(_("draft"))
    outlook = OUTLOOKS[facts["outlook"]] if row.state == Imported.State.PLANNED else row.get_state_display()
    return ", ".join([*parts, str(outlook)])


def counts(facts: dict) -> Iterator[str]:
    if facts["articles"]:
        yield ngettext("%d article", "%d articles", facts["articles"]) % facts["articles"]
    if pictures := facts["pictures"] + len(facts["remote"]):
        yield ngettext("%d picture", "%d pictures", pictures) % pictures
    if facts["comments"]:
        yield ngettext("%d comment", "%d comments", facts["comments"]) % facts["comments"]


def place(row: Imported, number: int | None, words: str) -> str:
    where = _("%(name)s, line %(line)s") % {"name": row.name, "line": number} if number else row.name
    return f"{where}: {words}" if words else where
