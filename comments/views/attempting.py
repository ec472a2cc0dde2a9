"""What a verb meets on its way: is the request meant, is it not once too often, is the verb possible?

Whatever stands in the way, the page comes back with every word that was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.going_on import next_address, with_next
from comments.models import Comment, Discussion
from comments.models.comments import CommentQuerySet
from comments.posting import Refused
from core.languages import spoken
from core.limits import Limit, ask_to_wait, network_of, wait_message
from core.origins import has_token
from newsletter.views.pages import show


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often one reader may do something, and how often a network, in which many may sit."""

    of_reader: tuple[Limit, ...]
    of_network: Limit


POSTING = Allowance(
    (Limit("comments of a reader in a minute", 5, 60), Limit("comments of a reader in a day", 60, 86_400)),
    Limit("comments from a network", 60, 600),
)
PREVIEWING = Allowance((Limit("previews of a reader", 30, 60),), Limit("previews from a network", 120, 60))
EDITING = Allowance((Limit("edits of a reader", 10, 60),), Limit("edits from a network", 100, 600))
LIKING = Allowance((Limit("likes of a reader", 60, 60),), Limit("likes from a network", 300, 60))
REPORTING = Allowance((Limit("reports of a reader", 10, 600),), Limit("reports from a network", 100, 600))


class Setback(Exception):
    """What stands in the way: a sentence for the person, the status of the answer, seconds to wait."""

    def __init__(self, problem: str, status: int = 403, wait: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.status, self.wait = problem, status, wait


def with_comment(
    comments: Callable[[User], CommentQuerySet], form: type[Form] | None = None
) -> Callable[[Callable[[SignedInRequest, Comment], HttpResponse]], Callable[[HttpRequest, int], HttpResponse]]:
    """Let a view do something with one of the `comments` of the visitor, in the language of its newsletter.

    Who has not signed in is led to do so, with what they filled into `form`. Raises Http404.
    """

    def decorated(view: Callable[[SignedInRequest, Comment], HttpResponse]) -> Any:
        @csrf_exempt
        @never_cache
        @wraps(view)
        def found(request: SignedInRequest, pk: int) -> HttpResponse:
            if not request.user.is_authenticated:
                return sign_in_first(request, form and form(request.POST))
            comment = get_object_or_404(comments(request.user).with_places(), pk=pk)
            with translation.override(spoken(comment.discussion.newsletter.language)):
                return view(request, comment)

        return found

    return decorated


def stale() -> Setback:
    return Setback(_("This page had been open for too long. Nothing is lost: send it again."))


def keep_within(request: HttpRequest, allowance: Allowance) -> None:
    """Count one more. Raises Setback beyond a limit."""
    waits = [allowance.of_network.hit(network_of(request))]
    if request.user.is_authenticated:
        waits += [limit.hit(request.user.pk) for limit in allowance.of_reader]
    if wait := max(waits):
        raise Setback(wait_message(wait), 429, wait)


def attempt[Result](request: HttpRequest, allowance: Allowance, verb: Callable[[], Result]) -> Result:
    """Call `verb` if the request is meant and within the limits. Raises Setback, also where the verb is Refused."""
    if not has_token(request):
        raise stale()
    keep_within(request, allowance)
    try:
        return verb()
    except Refused as refusal:
        raise Setback(str(refusal)) from refusal


def answer(
    request: HttpRequest,
    template: str,
    discussion: Discussion,
    form: Form,
    setback: Setback | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with a form; after a setback with all that was typed, and with what stands in the way."""
    context |= {"discussion": discussion, "form": form, "setback": setback}
    page = show(request, template, discussion.newsletter, **context)
    if setback is None:
        return page
    page.status_code = setback.status
    return ask_to_wait(page, setback.wait) if setback.wait else page


def sign_in_first(request: HttpRequest, form: Form | None = None) -> HttpResponse:
    """Where people without a session are led; what they have written already they get back."""
    if request.method != "POST" or form is None:
        back = next_address(request, otherwise=request.path)
        return redirect_to_login(request.path if back == request.path else with_next(request, request.path))
    return render(request, "comments/signed_out.html", {"form": form}, status=403)


def where_they_were(request: HttpRequest, comment: Comment) -> str:
    """The page on which somebody chose to do something with a comment, at the comment; else the comment's own."""
    page = next_address(request, otherwise=comment.page_address)
    return f"{page.partition('#')[0]}#{comment.anchor}"


def see(place: Comment | Discussion | str) -> HttpResponse:
    """Lead on after a POST."""
    response = redirect(place)
    response.status_code = 303
    return response
