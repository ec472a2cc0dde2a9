"""What is read: newsletters, their issues, the articles inside them and those that stand alone."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from core.page_cache import any_value, public_page
from core.prepared import prepared
from newsletter import revising, sharing
from newsletter.contents import around, contents, corrections, give, give_credits, in_print, with_texts
from newsletter.models import Article, Issue, Newsletter
from newsletter.models.articles import ArticleQuerySet
from newsletter.models.issues import IssueQuerySet
from newsletter.models.publishable import minutes_to_read
from newsletter.views.pages import cut, open_or_gone, show, show_kept

ISSUES_ON_A_PAGE = 30
ISSUES_OF_A_YEAR_ON_A_PAGE = 12
ARTICLES_ON_A_PAGE = 40
RECENT_ARTICLES = 5
ARTICLES_ON_THE_FRONT = 12
COMING_EVENTS = 12


@public_page(page=any_value)
def home(request: HttpRequest) -> HttpResponse:
    """The only newsletter, or a front page of them all."""
    newsletters = list(Newsletter.objects.select_related("logo"))
    if len(newsletters) == 1:
        return newsletter_page(request, newsletters[0])
    issues = list(newest_issues())
    return show(
        request,
        "newsletter/home.html",
        issues=issues,
        contents=contents(in_print(issues[0]).for_lists()[:ARTICLES_ON_THE_FRONT]) if issues else [],
        coming=[each for each in newsletters if each.pk not in {issue.newsletter_id for issue in issues}],
        articles=Article.objects.published().stand_alone().for_lists().newest_first()[:RECENT_ARTICLES],
    )


@public_page(page=any_value)
def newsletter(request: HttpRequest, newsletter: str) -> HttpResponse:
    return newsletter_page(request, open_newsletter(newsletter))


@public_page
def about(request: HttpRequest, newsletter: str) -> HttpResponse:
    return show(request, "newsletter/about.html", open_newsletter(newsletter))


@public_page(page=any_value)
def year(request: HttpRequest, newsletter: str, year: str) -> HttpResponse:
    """The issues of a year, each with its table of contents; 404 for a year without."""
    found = open_newsletter(newsletter)
    published = found.issues.published()
    articles = Prefetch("articles", Article.objects.published().for_lists().in_reading_order(), to_attr="in_print")
    issues = published.in_year(int(year)).for_lists().newest_first().prefetch_related(articles)
    years = [f"{start.year:04}" for start in published.datetimes("published_at", "year", order="DESC")]
    if year not in years:
        raise Http404
    return show(
        request,
        "newsletter/year.html",
        found,
        year=year,
        years=years,
        page=cut(request, issues, ISSUES_OF_A_YEAR_ON_A_PAGE),
    )


@public_page
def issue(request: HttpRequest, newsletter: str, issue: str) -> HttpResponse:
    """A whole issue."""
    return issue_page(request, open_or_gone(Issue.objects.for_page, request, newsletter__slug=newsletter, slug=issue))


@public_page
def article(request: HttpRequest, newsletter: str, issue: str, article: str) -> HttpResponse:
    return found_article(request, issue__newsletter__slug=newsletter, issue__slug=issue, slug=article)


@public_page
def stand_alone(request: HttpRequest, article: str) -> HttpResponse:
    return found_article(request, issue=None, slug=article)


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """An issue or article before its readers see it, for whoever was given its address. No store and no machine keeps
    it, and it tells nobody where it is."""
    share = sharing.shared(token)
    if share is None:
        raise Http404
    response = proof_page(request, share.thing, noindex=True, before=None, after=None)
    response.content = sharing.with_keys(response.text, share)
    response.headers["X-Robots-Tag"], response.headers["Referrer-Policy"] = "noindex, nofollow", "no-referrer"
    patch_cache_control(response, private=True, no_store=True)
    return response


@public_page(page=any_value)
def stand_alone_list(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published().stand_alone().for_lists().newest_first()
    return show(request, "newsletter/articles.html", page=cut(request, articles, ARTICLES_ON_A_PAGE))


def open_newsletter(slug: str) -> Newsletter:
    return get_object_or_404(Newsletter.objects.select_related("logo"), slug=slug)


def newsletter_page(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    """The newest issue with its table of contents, and all others."""
    issues = newsletter.issues.published().for_lists().newest_first()
    piece = cut(request, issues, ISSUES_ON_A_PAGE)
    latest = piece[0] if piece and piece.number == 1 else None
    return show(
        request,
        "newsletter/newsletter.html",
        newsletter,
        page=piece,
        latest=latest,
        coming=newsletter.events.public().coming()[:COMING_EVENTS] if piece.number == 1 else [],
        contents=contents(in_print(latest).for_lists()[:ARTICLES_ON_THE_FRONT]) if latest else [],
    )


def found_article(request: HttpRequest, **lookup: Any) -> HttpResponse:
    return article_page(request, open_or_gone(Article.objects.for_page, request, **lookup))


def proof_page(request: HttpRequest, thing: Issue | Article, **context: Any) -> HttpResponse:
    """The page of an issue or article as it will be; who looks is nobody in particular. `context` comes first."""
    request.user = AnonymousUser()
    with revising.as_it_would_be(thing) as would_be:
        made = sharing.proof(would_be)
        page = issue_page if isinstance(made, Issue) else article_page
        return page(request, made, **context)


def issue_page(request: HttpRequest, issue: Issue, **context: Any) -> HttpResponse:
    return piece_page(request, "newsletter/issue.html", issue, partial(issue_facts, issue), context | {"issue": issue})


def issue_facts(issue: Issue) -> dict[str, Any]:
    """What its page shows besides its discussion."""
    now = timezone.now()
    articles = whole(issue.is_public, issue=issue.pk, now=now)
    for article in articles:
        article.issue, article.newsletter = issue, issue.newsletter
    give_credits(articles, "__issue", issue.pk)
    corrected = corrections("issue", "article__issue", place=issue.pk)
    give(articles, "corrections", ((each.article_id, each) for each in corrected))
    give([issue], "corrections", ((each.issue_id, each) for each in corrected))
    return {
        "articles": articles,
        "contents": contents(articles, with_texts(issue=issue.pk)),
        "minutes": minutes_to_read(issue.words + sum(article.words for article in articles)),
        "neighbours": neighbours(newsletter=issue.newsletter_id, number=issue.number, now=now),
    }


@prepared
def whole(is_public: bool, *, issue: Any, now: Any) -> ArticleQuerySet:
    return Article.objects.filter(issue=issue).in_print(is_public, now).select_related("section", "lead_picture")


@prepared
def neighbours(*, newsletter: Any, number: Any, now: Any) -> IssueQuerySet:
    return Issue.objects.published(now).for_lists().around(newsletter, number)


def article_page(request: HttpRequest, article: Article, **context: Any) -> HttpResponse:
    facts = partial(article_facts, article)
    return piece_page(request, "newsletter/article.html", article, facts, context | {"article": article})


def article_facts(article: Article) -> dict[str, Any]:
    """What stands before and after it in its issue."""
    give_credits([article], "", article.pk)
    give([article], "corrections", ((article.pk, each) for each in corrections("article", place=article.pk)))
    before, entry, after = around(article)
    return {"before": before, "entry": entry, "after": after}


def piece_page(
    request: HttpRequest,
    template: str,
    piece: Issue | Article,
    facts: Callable[[], dict[str, Any]],
    context: dict[str, Any],
) -> HttpResponse:
    """The page of an issue or article; of one that not everybody may see, nothing is kept."""
    if piece.is_public:
        return show_kept(request, template, piece.newsletter, facts, **context)
    return show(request, template, piece.newsletter, **facts() | context)


def newest_issues() -> QuerySet:
    """The newest public issue of each newsletter, newest first."""
    newest = Issue.objects.published().filter(newsletter=OuterRef("pk")).newest_first().values("pk")[:1]
    ids = Newsletter.objects.values_list(Subquery(newest))
    return Issue.objects.filter(pk__in=ids).for_lists().newest_first()
