"""What readers do with the comments of others: like and report them."""

from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from comments import reacting
from comments.forms import ReportForm
from comments.models import Comment
from comments.models.comments import CommentQuerySet
from comments.views.attempting import LIKING, REPORTING, Setback, answer, attempt, see, where_they_were, with_comment


def of_others(reader: User) -> CommentQuerySet:
    """What everybody sees and the visitor did not write."""
    return Comment.objects.public().exclude(author=reader)


@with_comment(of_others)
def like(request: SignedInRequest, comment: Comment) -> HttpResponse:
    """Like a comment; with an empty `liked` no longer."""
    back = where_they_were(request, comment)
    page = partial(answer, request, "comments/like.html", comment.discussion, Form(), comment=comment, back=back)
    page = partial(page, is_liked=comment.likes.filter(reader=request.user).exists())
    if request.method != "POST":
        return page()
    liked = bool(request.POST.get("liked"))
    try:
        attempt(request, LIKING, partial(reacting.like, comment, request.user, liked=liked))
    except Setback as setback:
        return page(setback=setback)
    return see(back)


@with_comment(of_others, ReportForm)
def report(request: SignedInRequest, comment: Comment) -> HttpResponse:
    """Tell the moderators of a comment."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    back = where_they_were(request, comment)
    page = partial(answer, request, "comments/report.html", comment.discussion, form, comment=comment, back=back)
    if not form.is_valid():
        return page()
    try:
        attempt(request, REPORTING, partial(reacting.report, comment, request.user, **form.cleaned_data))
    except Setback as setback:
        return page(setback=setback)
    messages.success(request, _("Thank you. A moderator will look at it."))
    return see(back)
