"""What readers hear of conversations, and what they have written in them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from accounts.views.going_on import next_address
from comments.following import set_frequency
from comments.forms import ChoicesForm, FollowForm, PaceForm
from comments.models import Discussion, Follow, choices_of
from comments.notices import muting
from comments.own_comments import own_comments
from comments.views.reading import NUMBER, open_discussion


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: HttpRequest, token: str) -> HttpResponse:
    """The link in each mail: a page that asks, and a POST that acts (RFC 8058).

    The token says for whom, so no cookie is needed and no other site can forge it; mail programs post on their own.
    For a person who has left the page is the same.
    """
    read = muting.Token.verified(token)
    if read is None:
        raise Http404
    is_post = request.method == "POST"
    off = muting.carry_out(read, request.POST.get("wish", "")) if is_post else muting.what_is_off(read)
    discussion = Discussion.objects.with_places().filter(pk=read.discussion_id).first()
    context = {"off": off, "purpose": read.purpose.name, "discussion": discussion, "is_changed": is_post}
    return render(request, "comments/mute.html", context)


@login_required
def follow(request: SignedInRequest, **place: str) -> HttpResponse:
    """Choose what to hear of the discussion at this address, and go back to where the choice was made."""
    discussion = open_discussion(request, **place)
    form = PaceForm(request.POST)
    if request.method == "POST" and form.is_valid():
        set_frequency(discussion, request.user, form.cleaned_data["frequency"])
    return redirect(next_address(request) if "next" in request.POST else discussion)


@never_cache
@login_required
@require_safe
def my_comments(request: SignedInRequest) -> HttpResponse:
    """All that the reader has written, newest first, with what became of it."""
    before = request.GET.get("before", "")
    comments, older = own_comments(request.user, before=int(before) if NUMBER.fullmatch(before) else None)
    return render(request, "comments/my_comments.html", {"comments": comments, "older": older})


@never_cache
@login_required
def my_discussions(request: SignedInRequest) -> HttpResponse:
    """What the reader follows or has muted; each can be changed here, also where the discussion is no longer open."""
    follows = Follow.objects.filter(reader=request.user)
    if request.method == "POST":
        form = FollowForm(request.POST, follows=follows)
        if form.is_valid():
            set_frequency(form.cleaned_data["follow"].discussion, request.user, form.cleaned_data["frequency"])
            messages.success(request, _("Saved."))
        return redirect("comments:my-discussions")
    return render(request, "comments/my_discussions.html", {"follows": follows.with_places()})


@never_cache
@login_required
def notifications(request: SignedInRequest) -> HttpResponse:
    """Choose which mail to get."""
    form = ChoicesForm(request.POST or None, instance=choices_of(request.user), user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("comments:notifications")
    return render(request, "comments/notifications.html", {"form": form})
