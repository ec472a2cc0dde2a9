"""Writing comments, changing them, taking them back, and appealing against decisions."""

from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.profiles import change_profile
from accounts.requests import SignedInRequest
from comments import moderating, posting
from comments.forms import KEPT, AppealForm, CommentForm, EditForm, form_class
from comments.models import Comment, Discussion, ModerationEvent, State, Trust, discussion_of, standing_of
from comments.models.comments import CommentQuerySet
from comments.views import reading
from comments.views.attempting import (
    EDITING,
    POSTING,
    PREVIEWING,
    Setback,
    answer,
    attempt,
    keep_within,
    see,
    with_comment,
)
from comments.views.introducing import introduce
from core.languages import spoken
from newsletter.views.pages import Gone


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, **place: str) -> HttpResponse:
    """GET shows the conversation, POST adds to it."""
    return write(request, **place) if request.method == "POST" else reading.conversation(request, **place)


@never_cache
def write(request: HttpRequest, **place: str) -> HttpResponse:
    try:
        discussion = discussion_of(reading.open_place(request, **place))
    except (Gone, Http404) as error:
        status = 410 if isinstance(error, Gone) else 404
        return render(request, "comments/gone.html", {"form": EditForm(request.POST)}, status=status)
    with translation.override(spoken(discussion.newsletter.language)):
        page = None if request.user.is_authenticated else introduce(request, discussion)
        return page or write_as_reader(request, discussion)  # type: ignore[arg-type]


def write_as_reader(request: SignedInRequest, discussion: Discussion) -> HttpResponse:
    """Post at once, or show how it will look."""
    form = form_class(request.user)(request.POST, discussion=discussion)
    page = partial(answer, request, "comments/write.html", discussion, form)
    try:
        if form.is_valid() and "preview" not in request.POST:
            return posted(request, attempt(request, POSTING, partial(post, request.user, form)))
        keep_within(request, PREVIEWING)
    except Setback as setback:
        return page(setback)
    return page(preview=form.preview if "preview" in request.POST else "")


def post(reader: User, form: CommentForm) -> Comment:
    """Post what the form holds, under the name that it gives a reader who had none."""
    words = form.cleaned_data
    if "name" in words:
        change_profile(reader, display_name=words["name"], headline=words["headline"])
    return posting.post(form.discussion, reader, words["body"], parent=words["parent"])


def posted(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Lead to the comment; where not even its author sees it, to the conversation."""
    request.session.pop(KEPT, None)
    waiting = _("Your comment waits for a moderator. Only you see it until then.")
    messages.success(request, _("Your comment is posted.") if comment.is_approved else waiting)
    return see(comment if comment.is_approved or comment.is_pending else comment.discussion)


def own(reader: User) -> CommentQuerySet:
    return Comment.objects.filter(author=reader)


@with_comment(own, EditForm)
def edit(request: SignedInRequest, comment: Comment) -> HttpResponse:
    """Change the text of an own comment."""
    if request.method != "POST" and comment.state not in {State.APPROVED, State.PENDING}:
        raise Http404
    form = EditForm(request.POST or None, comment=comment)
    is_trusted = standing_of(request.user).trust == Trust.TRUSTED
    page = partial(answer, request, "comments/edit.html", comment.discussion, form)
    is_late = timezone.now() > comment.created_at + posting.EDITING_TIME
    page = partial(page, comment=comment, is_trusted=is_trusted, is_late=is_late)
    try:
        if form.is_valid() and not form.is_outdated and "preview" not in request.POST:
            return edited(request, attempt(request, EDITING, partial(revise, comment, request.user, form)))
        if form.is_bound:
            keep_within(request, PREVIEWING)
    except Setback as setback:
        return page(setback)
    return page(preview=form.preview)


def revise(comment: Comment, reader: User, form: EditForm) -> Comment:
    """Store an edit; one that was sent twice is stored once."""
    body = form.cleaned_data["body"]
    return comment if body == form.current else posting.revise(comment, reader, body)


def edited(request: HttpRequest, comment: Comment) -> HttpResponse:
    waiting = _("Your change waits for a moderator. The old text stays until then.")
    messages.success(request, waiting if comment.proposed_body else _("Your comment is changed."))
    return see(comment)


@with_comment(own)
def deletion(request: SignedInRequest, comment: Comment) -> HttpResponse:
    """Take back an own comment."""
    is_deleted = comment.state == State.DELETED
    if request.method != "POST" and is_deleted:
        raise Http404
    page = partial(answer, request, "comments/deletion.html", comment.discussion, Form(), comment=comment)
    if request.method != "POST":
        return page()
    try:
        if not is_deleted:
            attempt(request, EDITING, partial(posting.take_back, comment, request.user))
    except Setback as setback:
        return page(setback=setback)
    messages.success(request, _("Your comment is deleted."))
    return see(comment.discussion)


@with_comment(own, AppealForm)
def appeal(request: SignedInRequest, comment: Comment) -> HttpResponse:
    """Ask, once, that another moderator look at a decision about an own comment."""
    if request.method != "POST" and not comment.is_refused:
        raise Http404
    form = AppealForm(request.POST or None)
    decision = moderating.last_decision(comment)
    page = partial(answer, request, "comments/appeal.html", comment.discussion, form)
    page = partial(page, comment=comment, decision=decision)
    if not form.is_valid():
        return page()
    if decision and decision.action == ModerationEvent.Action.APPEALED:
        return appealed(request, comment)
    try:
        attempt(request, EDITING, partial(posting.appeal, comment, request.user, form.cleaned_data["words"]))
    except Setback as setback:
        return page(setback)
    return appealed(request, comment)


def appealed(request: HttpRequest, comment: Comment) -> HttpResponse:
    messages.success(request, _("Another moderator will look at it. You will hear from us."))
    return see(comment)
