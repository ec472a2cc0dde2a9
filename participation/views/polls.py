"""The page of a poll: GET shows it, POST votes. Its numbers are those of now."""

from collections.abc import Collection
from functools import partial
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.views.going_on import own_path
from core.languages import spoken
from core.limits import Limit, ask_to_wait, network_of, wait_message
from core.origins import has_token, is_from_here
from newsletter.models.publishable import may_edit
from newsletter.views.pages import show
from participation.models import Ballot, Poll, PollAnswer
from participation.polls.places import public_places
from participation.polls.showing import sheet_of
from participation.polls.voting import CLOSED, Refused, Voter, ballot_of, vote

#: Of a network, in which many may sit; readers who have signed in are counted one by one anyway.
VOTES = Limit("votes from a network", 60, 600)
VOTES_OF_A_DAY = Limit("votes in a poll from a network in a day", 300, 86_400)

#: Holds a random key and nothing else.
COOKIE = "__Host-vote" if settings.SESSION_COOKIE_SECURE else "vote"
SALT = "participation.vote"
LIFETIME = 2 * 365 * 86_400


class BallotForm(forms.Form):
    answer = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Choose an answer first."),
            "invalid_choice": gettext_lazy("This answer is there no more. Choose another."),
        }
    )

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll, self.answers = poll, {str(answer.pk): answer for answer in poll.answers.all()}
        self.fields["answer"].choices = [(key, answer.text) for key, answer in self.answers.items()]  # type: ignore[attr-defined]

    def clean_answer(self) -> list[str]:
        if len(self.cleaned_data["answer"]) > 1 and not self.poll.several:
            raise forms.ValidationError(_("Choose one answer."))
        return self.cleaned_data["answer"]

    @property
    def chosen(self) -> list[PollAnswer]:
        return [self.answers[key] for key in self.cleaned_data["answer"]]

    @property
    def problem(self) -> str:
        return next((str(problem) for problem in self.errors.get("answer", ())), "")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: HttpRequest, poll: str) -> HttpResponse:
    """Editors see it before anything public names it."""
    found = Poll.objects.select_related("newsletter__logo").filter(name=poll).first()
    if found is None or not (public_places(found) or may_edit(request.user, Poll)):
        raise Http404
    with translation.override(spoken(found.newsletter.language)):
        return take(request, found) if request.method == "POST" else offer(request, found)


def offer(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Chosen is what somebody has answered, or the answer in the address, which a button alone makes a vote."""
    ballot = ballot_of(poll, voter_of(request))
    own = [str(pk) for pk in ballot.answers.values_list("pk", flat=True)] if ballot else []
    chosen, is_thanked = request.GET.getlist("answer") or own, ballot is not None and "voted" in request.GET
    return page(request, poll, chosen, ballot, is_thanked=is_thanked)


def take(request: HttpRequest, poll: Poll) -> HttpResponse:
    """A vote counts once the browser has shown its cookie, so that two at once from a new one are one, too."""
    form, voter = BallotForm(request.POST, poll=poll), voter_of(request)
    again = partial(page, request, poll, request.POST.getlist("answer"), ballot_of(poll, voter))
    if not (is_from_here(request) or has_token(request)):
        return again(problem=_("Look it over and send it once more."), is_own=True)
    if problem := objection(request, poll, form, voter):
        return again(problem=problem)
    if not (voter.user or voter.key):
        return with_cookie(request)
    if wait := max(limit.hit(key) for limit, key in limits(request, poll, voter)):
        return ask_to_wait(again(problem=wait_message(wait)), wait)
    try:
        vote(poll, voter, form.chosen)
    except Refused as refusal:
        return again(problem=str(refusal))
    what = urlencode({"voted": "1", "from": came_from(request, poll)})
    return HttpResponseRedirect(f"{poll.get_absolute_url()}?{what}", status=303)


def objection(request: HttpRequest, poll: Poll, form: BallotForm, voter: Voter) -> str:
    """What the voter can mend, or has to know."""
    if poll.is_closed:
        return str(CLOSED)
    if not public_places(poll):
        return _("Nobody votes before readers can see it.")
    if form.is_valid() and not (voter.user or voter.key) and "again" in request.GET:
        return _("Your browser keeps no cookies, and by one a vote is known. Allow it for this site, or sign in.")
    return form.problem


def limits(request: HttpRequest, poll: Poll, voter: Voter) -> list[tuple[Limit, str]]:
    network = network_of(request)
    return [(VOTES, network), *([] if voter.user else [(VOTES_OF_A_DAY, f"{poll.pk} {network}")])]


def voter_of(request: HttpRequest) -> Voter:
    """Whoever asks, by their session and by the cookie of their browser, if it is ours."""
    key = request.get_signed_cookie(COOKIE, "", salt=SALT)
    return Voter(request.user if request.user.is_authenticated else None, key or "")


def with_cookie(request: HttpRequest) -> HttpResponse:
    """Let the browser send its vote again, with a key of its own."""
    response = HttpResponseRedirect(f"{request.path}?again=1", preserve_request=True)
    secure = settings.SESSION_COOKIE_SECURE
    attributes: Any = {"max_age": LIFETIME, "httponly": True, "samesite": "Lax", "secure": secure}
    response.set_signed_cookie(COOKIE, token_urlsafe(16), salt=SALT, **attributes)
    return response


def page(
    request: HttpRequest, poll: Poll, chosen: Collection[str], ballot: Ballot | None, **context: Any
) -> HttpResponse:
    poll = Poll.objects.counted().select_related("newsletter__logo").get(pk=poll.pk)
    has_numbers = poll.shows_numbers or (ballot is not None and poll.results == Poll.Results.VOTED)
    sheet = sheet_of(poll, list(poll.answers.counted()), chosen=chosen, has_numbers=has_numbers)
    context |= {"sheet": sheet, "poll": poll, "places": public_places(poll), "back": back(request)}
    return show(request, "participation/poll.html", poll.newsletter, **context)


def back(request: HttpRequest) -> str:
    return own_path(request, request.POST.get("from") or request.GET.get("from") or "")


def came_from(request: HttpRequest, poll: Poll) -> str:
    """The page of ours where somebody voted, and the poll's place on it."""
    page = urlsplit(request.headers.get("Referer", ""))
    is_elsewhere = page.netloc != request.get_host() or page.path == poll.get_absolute_url()
    return back(request) or ("" if is_elsewhere else f"{page.path}#{poll.anchor}")
