"""The page on which readers send tips: the same for everybody, without scripts and without an account."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.limits import Limit, TooMany, ask_to_wait, network_of, wait_message
from core.origins import has_token, is_from_here
from core.page_cache import any_value, public_page
from newsletter.models import Issue, Newsletter
from newsletter.views.pages import show, speaking
from participation.tips.forms import TipForm
from participation.tips.taking import clean_picture, take_in

FROM_NETWORK = Limit("tips from a network", 20, 3600)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def tips(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST takes a tip in, or goes on with words from the box below an issue."""
    return take(request) if request.method == "POST" else offer(request)


@public_page(newsletter=any_value, issue=any_value)
def offer(request: HttpRequest) -> HttpResponse:
    """Who comes from an old address is not sent away. Raises Http404 where no newsletter takes tips."""
    asked = request.GET.dict()
    newsletter, issue = chosen(asked), issue_of(asked)
    if asked and (newsletter is None or ("issue" in asked and issue is None)):
        return redirect("participation:tips")
    return show_form(request, TipForm(initial=asked | known_of(request)), newsletter)


def take(request: HttpRequest) -> HttpResponse:
    form, newsletter = TipForm(request.POST, request.FILES), chosen(request.POST.dict())
    with speaking(newsletter):
        if "continue" in request.POST:
            return show_form(
                request, TipForm(initial=request.POST.dict() | known_of(request)), newsletter, is_own=True
            )
        try:
            problem = "" if is_from_here(request) or has_token(request) else _("Look it over and send it once more.")
            if problem or not form.is_valid() or not send(request, form):
                return show_form(request, form, newsletter, problem=problem, is_own=True)
        except TooMany as limit:
            page = show_form(request, form, newsletter, problem=wait_message(limit.retry_after), is_own=True)
            return ask_to_wait(page, limit.retry_after)
    facts = {"email": form.cleaned_data["email"], "issue": issue_of(request.POST.dict())}
    return show(request, "participation/thanks.html", form.cleaned_data["newsletter"], **facts)


def send(request: HttpRequest, form: TipForm) -> bool:
    """Whether it was taken in. Whatever fills in the trap is answered like a person. Raises TooMany."""
    FROM_NETWORK.spend(network_of(request))
    upload, picture = form.cleaned_data["picture"], None
    try:
        picture = clean_picture(upload) if upload else None
    except ValidationError as error:
        form.add_error("picture", error)
        return False
    if not form.cleaned_data["website"]:
        take_in(form.tip(request), picture)
    return True


def show_form(request: HttpRequest, form: TipForm, newsletter: Newsletter | None, **context: Any) -> HttpResponse:
    """With all that was typed, and after a POST with a token: that page is for one browser alone."""
    newsletters = list(form.fields["newsletter"].queryset[:2])  # type: ignore[attr-defined]
    if not newsletters:
        raise Http404
    only = newsletter or (newsletters[0] if len(newsletters) == 1 else None)
    return show(request, "participation/tips.html", only, form=form, only=only, **context)


def chosen(facts: dict[str, str]) -> Newsletter | None:
    return Newsletter.objects.filter(takes_tips=True, slug=facts.get("newsletter", "")).first()


def issue_of(facts: dict[str, str]) -> Issue | None:
    slug, newsletter = facts.get("issue", ""), facts.get("newsletter", "")
    issues = Issue.objects.published().filter(newsletter__slug=newsletter, slug=slug).select_related("newsletter")
    return issues.first() if slug else None


def known_of(request: HttpRequest) -> dict[str, str]:
    """What who has signed in need not type."""
    user = request.user
    return {"name": user.display_name, "email": user.email} if user.is_authenticated else {}
