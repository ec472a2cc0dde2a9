"""Ways to find something again: tags, contributors, search."""

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from taggit.models import Tag

from core.page_cache import any_value, public_page
from newsletter.models import Article, Contributor
from newsletter.searching.finding import find
from newsletter.searching.known import completed, meant
from newsletter.searching.queries import MAX_LENGTH, parse
from newsletter.views.pages import cut, show

ARTICLES_ON_A_PAGE = 40
NAMES_ON_A_PAGE = 200
TAGS_IN_SEARCH = 12
ARTICLES_FOR_TAGS = 200
#: Where a search finds no more, other words may have been meant.
FEW = 2


@public_page(page=any_value)
def tags(request: HttpRequest) -> HttpResponse:
    """All tags of public articles, with their number."""
    public = Tag.objects.filter(tagged_articles__content_object__in=Article.objects.published())
    found = public.annotate(uses=Count("pk")).order_by("name")
    return show(request, "newsletter/tags.html", page=cut(request, found, NAMES_ON_A_PAGE))


@public_page(page=any_value)
def tag(request: HttpRequest, tag: str) -> HttpResponse:
    """The public articles with a tag, newest first; 404 without any."""
    found = get_object_or_404(Tag, slug=tag)
    articles = Article.objects.published().filter(tagged__tag=found).for_lists().newest_first()
    page = cut(request, articles, ARTICLES_ON_A_PAGE)
    if not page:
        raise Http404
    return show(request, "newsletter/tag.html", tag=found, page=page)


@public_page(page=any_value)
def contributors(request: HttpRequest) -> HttpResponse:
    """Who contributed to public articles, and to how many."""
    public = Contributor.objects.filter(articles__in=Article.objects.published())
    found = public.annotate(uses=Count("articles", distinct=True)).order_by("name", "pk")
    return show(request, "newsletter/contributors.html", page=cut(request, found, NAMES_ON_A_PAGE))


@public_page(page=any_value)
def contributor(request: HttpRequest, contributor: str) -> HttpResponse:
    """A contributor and their public articles; 404 without any, except for editors."""
    found = get_object_or_404(Contributor, slug=contributor)
    articles = Article.objects.published().filter(contributors=found).distinct().for_lists().newest_first()
    page = cut(request, articles, ARTICLES_ON_A_PAGE)
    if not page and not request.user.has_perm("newsletter.change_contributor"):
        raise Http404
    return show(request, "newsletter/contributor.html", contributor=found, page=page)


@cache_control(private=True, max_age=60)
def search(request: HttpRequest) -> HttpResponse:
    """What is public and holds what `?q=` asks for. Not in the page cache, which the endless variety of questions
    would fill."""
    typed = request.GET.get("q", "").strip()[:MAX_LENGTH]
    filters = {name: request.GET[name] for name in ("newsletter", "year") if request.GET.get(name)}
    query = completed(parse(typed))
    found = find(query, filters, request.GET.get("page", "1")) if query else None
    other = meant(typed, query) if found and found.unfiltered <= FEW else ""
    subjects = [] if found and found.unfiltered else recent_tags()
    return show(
        request, "newsletter/search.html", typed=typed, filters=filters, found=found, meant=other, tags=subjects
    )


def recent_tags() -> QuerySet[Tag]:
    """What the newest public articles are about, the most frequent first."""
    newest = list(Article.objects.published().newest_first().values_list("pk", flat=True)[:ARTICLES_FOR_TAGS])
    tags = Tag.objects.filter(tagged_articles__content_object__in=newest)
    return tags.annotate(uses=Count("pk")).order_by("-uses", "name")[:TAGS_IN_SEARCH]
