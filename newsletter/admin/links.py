"""Links and redirects in the admin: what is known of them, and what a source's address offers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, PagedAdmin, ReadOnlyAdmin, by_choice, change_page, page_at
from core.desk import Line
from core.fetching import plain
from core.limits import Limit, ask_to_wait, wait_message
from newsletter.admin.keeping import KeepingAdmin
from newsletter.models import Link, Mention, Redirect
from newsletter.rendering import render_texts

SOURCES = Limit("newsletter.sources", most=60, seconds=600)


FoundFilter = by_choice(
    "state",
    gettext_lazy("state"),
    dead=(gettext_lazy("nothing is there any more"), lambda links: links.dead()),
    moved=(gettext_lazy("moved for good"), lambda links: links.exclude(moved_to="")),
)


@admin.register(Link)
class LinkAdmin(PagedAdmin, ReadOnlyAdmin, DeskAdmin):
    """What readers are led to, and what the worker found there."""

    list_display = ("address", "found", "checked_at", "used_in", "archived_copy")
    list_display_links = None
    list_filter = (FoundFilter,)
    readonly_fields = fields = ("address", "found", "checked_at", "used_in", "archived_copy")
    search_fields = ("address",)
    actions = ("replace_sources",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Those of published texts, with what leads to them."""
        uses = ("used_in_newsletters", "used_in_issues", "used_in_articles")
        return Link.objects.public().prefetch_related(*uses)

    def has_replace_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.change_article")

    @admin.display(description=gettext_lazy("found"))
    def found(self, link: Link) -> str:
        dead = _("Nothing is there any more.") if link.is_dead else ""
        return dead or link.moved_to or link.problem or (str(_("It answers.")) if link.status else "")

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, link: Link) -> str:
        uses = [*link.used_in_newsletters.all(), *link.used_in_issues.all(), *link.used_in_articles.all()]
        return format_html_join(", ", '<a href="{}">{}</a>', ((change_page(use), use) for use in uses))

    @admin.display(description=gettext_lazy("archived copy"))
    def archived_copy(self, link: Link) -> str:
        address = link.archived(published_with(link)) if link.is_dead else ""
        return format_html('<a class="snippet" href="{}">{}</a>', address, address) if address else ""

    @admin.action(description=gettext_lazy("Put the archived copy in the place of sources"), permissions=["replace"])
    def replace_sources(self, request: HttpRequest, links: Any) -> None:
        """Of articles whose source is dead; what stands within texts is left to whoever writes them."""
        replaced = 0
        for link in links.dead():
            for article in link.used_in_articles.all():
                if plain(article.source_url) == link.address:
                    article.source_url = link.archived(article.published_at or timezone.now())
                    article.save(update_fields=["source_url", "updated_at"])
                    render_texts(article)
                    self.log_change(request, article, f"{link} → {article.source_url}")
                    replaced += 1
        messages.success(request, _("Sources that lead to the archive now: %(number)d") % {"number": replaced})

    @page_at("source/")
    @method_decorator(permission_required("newsletter.change_article", raise_exception=True))
    def source_view(self, request: SignedInRequest) -> HttpResponse:
        """What the page at `address` says of itself: `state` (`unknown`, `looking`, `known` or `problem`), `title`,
        `name`, `language`, `problem`. POST has the worker look (status 202) where that is not known; GET tells."""
        if request.method != "POST":
            link = Link.objects.filter(address=plain(request.GET.get("address", "").strip())).first()
            return JsonResponse(offer(link))
        link = Link.objects.of([request.POST.get("address", "").strip()]).first()
        if link is None:
            return JsonResponse(
                {"state": "problem", "problem": _("This is no address of a page elsewhere.")}, status=400
            )
        if not link.title and not link.asked_at:
            if wait := SOURCES.hit(request.user.pk):
                return ask_to_wait(JsonResponse({"state": "problem", "problem": wait_message(wait)}), wait)
            Link.objects.filter(pk=link.pk).ask()
            link.refresh_from_db()
        return JsonResponse(offer(link), status=202 if link.asked_at else 200)


def published_with(link: Link) -> datetime:
    """When readers were first led there, as far as that is known."""
    uses = [*link.used_in_issues.all(), *link.used_in_articles.all()]
    return min((use.published_at for use in uses if use.published_at), default=timezone.now())


def dead_lines(request: HttpRequest) -> Iterator[Line]:
    """How many links of published texts lead nowhere any more."""
    number = Link.objects.public().dead().count() if request.user.has_perm("newsletter.view_link") else 0
    if number:
        words = ngettext(
            "%(number)d link in what is published leads nowhere any more",
            "%(number)d links in what is published lead nowhere any more",
            number,
        )
        yield Line(words % {"number": number}, reverse("admin:newsletter_link_changelist", query={"state": "dead"}))


def offer(link: Link | None) -> dict[str, str]:
    if link is None:
        return {"state": "unknown"}
    state = "looking" if link.asked_at else "known" if link.title else "problem" if link.problem else "unknown"
    said = {name: getattr(link, name) for name in ("title", "name", "language", "problem")}
    return {"state": state, "address": link.moved_to or link.address, **said}


@admin.register(Redirect)
class RedirectAdmin(KeepingAdmin):
    fields = ("old_path", "new_path")
    list_display = ("old_path", "new_path", "created_at")
    date_hierarchy = "created_at"
    search_fields = ("old_path", "new_path")

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        """Also shorten the way of what led to the old address."""
        super().save_model(request, obj, form, change)
        Redirect.objects.shorten(obj.old_path, obj.new_path)
        Mention.objects.lead_on(obj.old_path, obj.new_path)
