"""What there is already of a document: known by its key, its number or its address within a newsletter, never by its
title alone."""

from collections.abc import Sequence

from django.db.models import Q

from interchange.bringing.found import Found
from interchange.models import Imported
from newsletter.composing.plan import Plan
from newsletter.mentioning import pages_among
from newsletter.models import Article, Issue, Newsletter, Redirect
from newsletter.models.mentions import with_slash
from newsletter.models.redirects import old_path_of, without_site

BROUGHT = (Imported.State.MADE, Imported.State.CHANGED, Imported.State.SAME)


def brought_before(newsletter: Newsletter, key: str) -> Imported | None:
    """As what a document was brought in last, if that is still there."""
    there = Q(issue__newsletter=newsletter) | Q(article__newsletter=newsletter)
    earlier = Imported.objects.filter(there, key=key, of__newsletter=newsletter, state__in=BROUGHT)
    return earlier.select_related("issue", "article").order_by("-pk").first()


def existing(newsletter: Newsletter, found: Found, plan: Plan) -> Issue | Article | None:
    """The issue, or the article that stands alone, of a document."""
    if earlier := brought_before(newsletter, found.key):
        return earlier.issue or earlier.article
    if plan.is_issue and plan.about.number:
        return newsletter.issues.filter(number=plan.about.number).first()
    return at_address(newsletter, addresses_of(found, plan), is_issue=plan.is_issue)


def addresses_of(found: Found, plan: Plan) -> list[str]:
    """All that a document and its export say of where it was."""
    return list(dict.fromkeys([*found.addresses, *plan.about.addresses]))


def at_address(newsletter: Newsletter, addresses: Sequence[str], *, is_issue: bool) -> Issue | Article | None:
    """What stands at one of these addresses of this site, or where one of them leads."""
    paths = {old_path_of(without_site(each)) for each in addresses}
    paths = {path.rstrip("/") for path in paths if path.startswith("/")} - {""}
    if not paths:
        return None
    led_on = Redirect.objects.filter(old_path__in=paths).values_list("new_path", flat=True)
    ways = {with_slash(path) for path in (*paths, *led_on)}
    pages, _newsletters = pages_among(ways)
    wanted = Issue if is_issue else Article
    there = (page for path, page in pages.items() if path in ways and isinstance(page, wanted))
    return next((page for page in there if page.newsletter_id == newsletter.pk and not inside(page)), None)


def inside(page: Issue | Article) -> bool:
    return isinstance(page, Article) and page.issue_id is not None
