"""Links in the admin: what is known of them, and what a source's address offers."""

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from core.admin import PagedAdmin, ReadOnlyAdmin
from core.fetching import plain
from core.limits import Limit, ask_to_wait, wait_message
from newsletter.models import Link

SOURCES = Limit("newsletter.sources", most=60, seconds=600)


@admin.register(Link)
class LinkAdmin(PagedAdmin, ReadOnlyAdmin):
    list_display = ("address", "checked_at")
    search_fields = ("address",)

    def get_urls(self) -> list[URLPattern]:
        """Also the address that forms ask about a source."""
        return [path("source/", self.admin_site.admin_view(source), name="newsletter_source"), *super().get_urls()]


@permission_required("newsletter.change_article", raise_exception=True)
def source(request: SignedInRequest) -> HttpResponse:
    """What the page at `address` says of itself: `state` (`unknown`, `looking`, `known` or `problem`), `title`,
    `name`, `language`, `problem`. POST has the worker look (status 202) where that is not known, GET only tells."""
    if request.method != "POST":
        link = Link.objects.filter(address=plain(request.GET.get("address", "").strip())).first()
        return JsonResponse(offer(link))
    link = Link.objects.of([request.POST.get("address", "").strip()]).first()
    if link is None:
        return JsonResponse({"state": "problem", "problem": _("This is no address of a page elsewhere.")}, status=400)
    if not link.title and not link.asked_at:
        if wait := SOURCES.hit(request.user.pk):
            return ask_to_wait(JsonResponse({"state": "problem", "problem": wait_message(wait)}), wait)
        Link.objects.filter(pk=link.pk).ask()
        link.refresh_from_db()
    return JsonResponse(offer(link), status=202 if link.asked_at else 200)


def offer(link: Link | None) -> dict[str, str]:
    if link is None:
        return {"state": "unknown"}
    state = "looking" if link.asked_at else "known" if link.title else "problem" if link.problem else "unknown"
    said = {name: getattr(link, name) for name in ("title", "name", "language", "problem")}
    return {"state": state, "address": link.moved_to or link.address, **said}
