"""What readers do with the comments of others: like and report them."""

from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.requests import SignedInRequest
from comments import liking, reporting
from comments.forms import ReportForm
from comments.models import Comment
from comments.views.attempting import LIKING, REPORTING, Setback, answer, attempt, see, sign_in_first, where_they_were
from core.languages import spoken


def of_another(request: SignedInRequest, pk: int) -> Comment:
    """A comment that everybody sees and the visitor did not write. Raises Http404."""
    return get_object_or_404(Comment.objects.public().exclude(author=request.user).with_places(), pk=pk)


@csrf_exempt
@never_cache
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """Like a comment; with an empty `liked` no longer."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    comment = of_another(request, pk)  # type: ignore[arg-type]
    with translation.override(spoken(comment.discussion.newsletter.language)):
        return like_it(request, comment)  # type: ignore[arg-type]


def like_it(request: SignedInRequest, comment: Comment) -> HttpResponse:
    back = where_they_were(request, comment)
    page = partial(answer, request, "comments/like.html", comment.discussion, Form(), comment=comment, back=back)
    page = partial(page, is_liked=comment.likes.filter(reader=request.user).exists())
    if request.method != "POST":
        return page()
    liked = bool(request.POST.get("liked"))
    try:
        attempt(request, LIKING, partial(liking.like, comment, request.user, liked=liked))
    except Setback as setback:
        return page(setback=setback)
    return see(back)


@csrf_exempt
@never_cache
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the moderators of a comment."""
    if not request.user.is_authenticated:
        return sign_in_first(request, ReportForm(request.POST))
    comment = of_another(request, pk)  # type: ignore[arg-type]
    with translation.override(spoken(comment.discussion.newsletter.language)):
        return report_it(request, comment)  # type: ignore[arg-type]


def report_it(request: SignedInRequest, comment: Comment) -> HttpResponse:
    form = ReportForm(request.POST if request.method == "POST" else None)
    back = where_they_were(request, comment)
    page = partial(answer, request, "comments/report.html", comment.discussion, form, comment=comment, back=back)
    if not form.is_valid():
        return page()
    try:
        attempt(request, REPORTING, partial(reporting.report, comment, request.user, **form.cleaned_data))
    except Setback as setback:
        return page(setback=setback)
    messages.success(request, _("Thank you. A moderator will look at it."))
    return see(back)
