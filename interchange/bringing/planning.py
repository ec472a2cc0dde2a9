"""The first pass: every document is read, one by one, and what would become of it noted. Nothing else is stored.

The facts of a document, for the table: `kind` (issue or article), `title`, `number`, `date` (ISO), `slug`,
`from` (where title, number and date come from), `articles`, `pictures`, `remote` (pictures elsewhere), `lead` (that at
the head, in Markdown, where it is one of them), `comments`, `is_draft`, `addresses` (where it was), `links` (to pages
of the old site, whose place is not known), `outlook` (new, changed or same)."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import chain, count
from typing import Any

from django.utils.translation import gettext as _

from core.rich_text import Unreadable
from core.unavailable import passes
from interchange.bringing import identity, linking
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from interchange.bringing.pictures import Sketched
from interchange.models import Import, Imported
from newsletter.composing import Answers, Plan, read
from newsletter.composing.plan import Remark, Tail
from newsletter.composing.relinking import relink
from newsletter.models import Article, Issue, Newsletter
from newsletter.models.slugs import next_slug

LONGEST_KEY, LONGEST_NAME = 500, 500
#: Remarks of one document that are kept one by one.
MOST_REMARKS = 200

logger = logging.getLogger(__name__)


def wishes_of(brought: Import) -> Wishes:
    return Wishes(base_url=brought.base_url, pages=brought.pages)


def rows(brought: Import, files: Files, format: Format) -> Iterator[Imported]:  # noqa: A002 - the trade's word
    """A row for each document, not stored, and one by one; what was left aside is counted in `brought.asides`."""
    position, keys = count(1), set[str]()
    brought.asides = {}
    for found in format.read(files, wishes_of(brought)):
        if isinstance(found, Found) and found.key in keys:
            words = _("“%(key)s” is there twice: only the first is brought in.")
            found = Aside(found.name, words % {"key": found.key})
        if isinstance(found, Aside):
            put_aside(brought, found)
            continue
        keys.add(found.key)
        yield row_of(brought, found, next(position))


def put_aside(brought: Import, aside: Aside) -> None:
    number, names = brought.asides.get(aside.kind, (0, []))
    brought.asides[aside.kind] = [number + 1, [*names, aside.name] if number < 3 else names]


def row_of(brought: Import, found: Found, position: int) -> Imported:
    row = Imported(of=brought, position=position, key=found.key[:LONGEST_KEY], name=found.name[:LONGEST_NAME])
    files, linker = Sketched(found.document.files), linking.Linker(brought, found)
    try:
        document = replace(found.document, text=relink(found.document.text, linker), files=files)
        plan = read(document, answers_of(brought))
        refuse_other_kind(plan, thing := identity.existing(brought.newsletter, found, plan))
    except Exception as error:
        refuse(row, reason(error))
        return row
    row.checksum = checksum_of(found, files.checksums)
    row.facts = facts_of(found, plan) | {"links": linker.waiting}
    row.remarks = [as_row(remark) for remark in plan.all_remarks[:MOST_REMARKS]]
    look_ahead(row, thing, plan)
    return row


def answers_of(brought: Import) -> Answers:
    return Answers(lists_as_items=brought.lists_as_items, tail=Tail.KEEP)


def refuse(row: Imported, why: str) -> None:
    row.state = Imported.State.REFUSED
    row.remarks = [*row.remarks, [why, why, None]]


def reason(error: Exception) -> str:
    """Why a document is refused, in words; one that nobody foresaw is logged, and does not stop the others either.
    Raises what passes by itself, such as a database that is away."""
    if isinstance(error, Unreadable):
        return str(error)
    if passes(error):
        raise error
    logger.error("A document was not brought in.", exc_info=error)
    return _("Something went wrong that nobody foresaw: %s") % (str(error) or type(error).__name__)


def refuse_other_kind(plan: Plan, thing: Issue | Article | None) -> None:
    if thing and isinstance(thing, Issue) != plan.is_issue:
        raise Unreadable(_("It was an issue and reads like an article now, or the other way round: say its kind."))


def checksum_of(found: Found, pictures: dict[str, str]) -> str:
    """The same as long as nothing of a document changes but what was said below it."""
    parts = [found.document.text, repr(found.document.about), repr(sorted(pictures.items()))]
    return sha256("\0".join(parts).encode()).hexdigest()


def facts_of(found: Found, plan: Plan) -> dict[str, Any]:
    about = plan.about
    is_draft = found.is_draft or bool(about.is_draft)
    return {
        "kind": "issue" if plan.is_issue else "article",
        "title": plan.title,
        "number": about.number if plan.is_issue else None,
        "date": about.date.isoformat() if about.date else None,
        "slug": about.slug,
        "from": about.origins,
        "is_draft": is_draft,
        "articles": len(plan.articles) if plan.is_issue else 0,
        "pictures": len(plan.pictures),
        "remote": [picture.url for picture in plan.remote],
        "lead": about.lead if plan.remote_lead else "",
        "comments": len(found.comments) + len(plan.conversation),
        "addresses": identity.addresses_of(found, plan),
    }


def as_row(remark: Remark) -> list[Any]:
    return [remark.kind or remark.message, remark.message, remark.line]


def look_ahead(row: Imported, thing: Issue | Article | None, plan: Plan) -> None:
    """Note what there is of it already, and whether it says anything new."""
    row.issue = thing if isinstance(thing, Issue) else None
    row.article = thing if isinstance(thing, Article) else None
    earlier = identity.brought_before(row.of.newsletter, row.key)
    is_same = earlier.checksum == row.checksum if earlier else bool(thing and thing.document_checksum == plan.checksum)
    row.facts["outlook"] = ("same" if is_same else "changed") if thing else "new"


def settle(brought: Import, documents: Iterable[Imported]) -> None:
    """What can only be said of all documents together: two that claim one number, the numbers of those that have none,
    in the order of their dates, the addresses, and which links lead to none of them."""
    newsletter = brought.newsletter
    planned = [row for row in documents if row.state == Imported.State.PLANNED]
    new = [row for row in planned if not row.issue_id and not row.article_id]
    part_twins(planned)
    give_numbers(newsletter, [row for row in new if row.state == Imported.State.PLANNED])
    give_addresses(newsletter, [row for row in new if row.state == Imported.State.PLANNED])
    planned = [row for row in planned if row.state == Imported.State.PLANNED]
    ways = linking.Ways(brought, chain(linking.rows_of(brought), planned))
    for row in planned:
        row.remarks = [*row.remarks, *linking.lost(row, ways)]
        if brought.publishes and not row.facts["date"] and not row.facts["is_draft"]:
            words = _("It has no date, and stays a draft.")
            row.remarks = [*row.remarks, [words, words, None]]


def part_twins(planned: list[Imported]) -> None:
    """Of two with one number the first has it. Where the other says so itself it is refused; where its number was only
    guessed, it gets one of its own."""
    first: dict[int, str] = {}
    for row in planned:
        number = row.facts["number"]
        if number is None or first.setdefault(number, row.name) == row.name:
            continue
        facts = {"number": number, "other": first[number]}
        if "number" in row.facts["from"]:
            row.facts["number"] = None
            message = _("“%(other)s” has the number %(number)d, too: this one gets the next that is free.")
            row.remarks = [*row.remarks, as_row(Remark.of(message, **facts))]
        else:
            refuse(row, _("“%(other)s” has the number %(number)d, too. Change one of them.") % facts)


def give_numbers(newsletter: Newsletter, new: list[Imported]) -> None:
    taken = set(newsletter.issues.values_list("number", flat=True))
    issues = [row for row in new if row.facts["kind"] == "issue"]
    taken |= {row.facts["number"] for row in issues if row.facts["number"]}
    numbers = count(max(taken, default=0) + 1)
    for row in sorted(issues, key=lambda row: (row.facts["date"] or "9999", row.position)):
        if not row.facts["number"]:
            row.facts["number"] = next(numbers)
            row.facts["from"] = row.facts["from"] | {"number": _("the order of the dates")}


def give_addresses(newsletter: Newsletter, new: list[Imported]) -> None:
    issues = set(newsletter.issues.values_list("slug", flat=True))
    articles = set(Article.objects.stand_alone().values_list("slug", flat=True))
    for row in new:
        wanted = row.facts["slug"] or row.facts["title"]
        if row.facts["kind"] == "issue":
            row.facts["slug"] = next_slug(wanted, issues, Issue, otherwise=f"no-{row.facts['number']}")
        else:
            row.facts["slug"] = next_slug(wanted, articles, Article)
