"""What the links in our answers open: the page of one letter. GET shows, POST acts."""

from collections.abc import Collection

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import SignedInRequest
from comments import posting
from comments.models import Discussion
from comments.models import State as CommentState
from comments.posting import Refused
from core.languages import spoken
from correspondence import answering, revoking, telling
from correspondence.desk import offering
from correspondence.forms import WriterForm
from correspondence.models import Letter
from mailing.models import Subscriber

MOST_SHOWN = 50

State = Letter.State


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """The token says whose it is: no cookie is needed, and no other site can forge it."""
    read = telling.Token.verified(token)
    if read and read.kind == "s":
        return addresses(request, Subscriber.objects.filter(pk=read.pk))
    own = Letter.objects.exclude(state=State.SENT).with_things()
    found = own.filter(pk=read.pk).first() if read else None
    if found is None:
        raise Http404
    with translation.override(spoken(found.language)):
        form = WriterForm(request.POST or None, discussion=Discussion()) if has_no_name(found) else None
        problem = act(request.POST.get("wish", ""), found, form) if request.method == "POST" else ""
        found = own.get(pk=found.pk)
        context = {"letter": found, "form": form, "problem": problem, "wish": request.POST.get("wish", "")}
        return render(request, "correspondence/letter.html", context)


@never_cache
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """What a reader has written by mail, and the addresses that they were given."""
    subscribers = Subscriber.objects.of_reader(request.user)
    return addresses(request, [request.user, *subscribers], "correspondence/mine.html")


def addresses(
    request: HttpRequest,
    people: Collection[User | Subscriber] | QuerySet[Subscriber],
    template: str = "correspondence/addresses.html",
) -> HttpResponse:
    """GET shows, POST ends all that were given out so far."""
    people = list(people)
    if request.method == "POST":
        revoking.revoke(people)
    keys = {kind: [each.pk for each in people if isinstance(each, kind)] for kind in (User, Subscriber)}
    whose = Q(user__in=keys[User]) | Q(subscriber__in=keys[Subscriber])
    letters = Letter.objects.by_readers().filter(whose).with_things().order_by("-pk")[:MOST_SHOWN]
    shown = [(each, telling.address_of(each)) for each in letters]
    return render(request, template, {"letters": shown, "is_done": request.method == "POST"})


def has_no_name(found: Letter) -> bool:
    """Whether its writer has to say under which name it is shown."""
    known = found.user or User.objects.filter(email=found.email).first()
    return found.is_question and not found.goes_to_desk and not (known and known.display_name)


def act(wish: str, found: Letter, form: WriterForm | None) -> str:
    """Do what was asked for; a sentence where it cannot be done. What is done already stays done."""
    try:
        if wish == "mine" and found.is_question and (form is None or form.is_valid()):
            accept = offering.accept if found.state == State.OFFERED else answering.confirm
            accept(found, **(form.cleaned_data if form else {}))
        elif wish == "not-mine":
            decline = offering.decline if found.state == State.OFFERED else answering.decline
            decline(found)
        elif wish == "take-back" and found.comment and found.user and found.comment.state != CommentState.DELETED:
            posting.take_back(found.comment, found.user)
        elif wish in {"revoke", "revoke-all"}:
            revoking.revoke_of(found, everywhere=wish == "revoke-all")
    except Refused as refusal:
        return str(refusal)
    except answering.Changed:
        pass
    return ""
