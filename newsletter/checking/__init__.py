"""What an editor would want to know before readers see something. Whoever publishes in spite of errors says why."""

from collections.abc import Callable, Iterable

from newsletter.checking import addresses, fields, texts
from newsletter.checking.finding import Finding, Severity
from newsletter.checking.whole import Whole
from newsletter.models import Article, Issue

#: Looks into what apps above make of an issue or article, such as mail. They may take a second. Apps add theirs in
#: their registrations.
sources: list[Callable[[Issue | Article], Iterable[Finding]]] = []

CHECKS: list[Callable[[Whole], Iterable[Finding]]] = [
    *(fields.gaps, fields.lengths, fields.plan, fields.titles, fields.tags, fields.accent, fields.pictures),
    *(texts.figures, texts.named, texts.events, texts.lost, texts.headings, texts.languages, texts.dates),
    *(addresses.elsewhere, addresses.own),
]


def findings(thing: Issue | Article, *, thorough: bool = True) -> list[Finding]:
    """What is missing or odd in an issue and its articles (withdrawn ones apart), or in one article; errors first.
    `thorough` also asks the `sources`. The number of queries does not grow with that of articles."""
    whole = Whole(thing)
    found = [finding for check in CHECKS for finding in check(whole)]
    found += [finding for source in sources if thorough for finding in source(thing)]
    return sorted(dict.fromkeys(found), key=lambda finding: [*Severity].index(finding.severity))


def errors(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity is Severity.ERROR]
