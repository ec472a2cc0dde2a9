"""Write first, identify later: somebody who has not signed in says who they are after what they have to say.

Until the code from the mail has come back, the text travels from page to page with its author: nothing of it is
stored here. The pages are the same whether an address is known or not.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import identifying
from accounts.forms import CodeForm
from accounts.views.signing_in import SECOND_FACTOR, wrong_message
from comments.forms import KEPT, StrangerForm
from comments.models import Discussion
from comments.views.attempting import PREVIEWING, Setback, answer, keep_within, stale
from core.limits import TooMany, wait_message
from core.origins import has_token


def introduce(request: HttpRequest, discussion: Discussion) -> HttpResponse | None:
    """The next step: show how the comment will look and ask who writes, send a code, take the code. None once they
    have signed in."""
    form = StrangerForm(request.POST, discussion=discussion)
    try:
        refuse(request, discussion, form)
        if not has_token(request) or not form.is_introduced or not form.is_valid() or "preview" in request.POST:
            return ask_who(request, form)
        if "code" in request.POST and "again" not in request.POST:
            return take_code(request, form)
        return send_code(request, form)
    except Setback as setback:
        return ask_who(request, form, setback)


def refuse(request: HttpRequest, discussion: Discussion, form: StrangerForm) -> None:
    """Raise Setback where there is no going on. The form on a page for everybody has no token; any other has one."""
    if not discussion.is_open:
        raise Setback(_("This discussion has been closed. What you wrote is still here."))
    keep_within(request, PREVIEWING)
    claims_token = "csrfmiddlewaretoken" in request.POST
    if claims_token and not has_token(request):
        raise stale()
    if claims_token and not form.is_introduced:
        raise Setback(_("You are no longer signed in. Nothing is lost: say who you are, and go on."))


def ask_who(request: HttpRequest, form: StrangerForm, setback: Setback | None = None) -> HttpResponse:
    preview = "" if setback and setback.wait else form.preview
    return answer(request, "comments/identify.html", form.discussion, form, setback, preview=preview)


def ask_code(request: HttpRequest, form: StrangerForm, code: CodeForm, setback: Setback | None = None) -> HttpResponse:
    context = {"comment_form": form, "minutes": identifying.MINUTES, "email": form.cleaned_data["email"]}
    return answer(request, "comments/code.html", form.discussion, code, setback, **context)


def send_code(request: HttpRequest, form: StrangerForm) -> HttpResponse:
    """Send a code, unless one is on its way to this address and no other is asked for. Raises Setback."""
    email, setback = form.cleaned_data["email"], None
    is_on_its_way = identifying.pending_address(request) == email
    try:
        if "again" in request.POST or not is_on_its_way:
            identifying.begin(request, email)
    except TooMany as limit:
        setback = Setback(wait_message(limit.retry_after), 429, limit.retry_after)
        if not is_on_its_way:
            raise setback from limit
    return ask_code(request, form, CodeForm(), setback)


def take_code(request: HttpRequest, form: StrangerForm) -> HttpResponse | None:
    """Sign in with the right code. None then, or a page."""
    code = CodeForm(request.POST)
    if not code.is_valid():
        return ask_code(request, form, code)
    facts = {name: form.cleaned_data[name] for name in ("name", "headline")}
    facts["next_url"] = form.discussion.get_absolute_url()
    try:
        reader = identifying.finish(request, code.cleaned_data["code"], **facts)
    except (identifying.WrongCode, identifying.CodeExpired) as wrong:
        code.add_error("code", wrong_message(wrong.attempts_left))
    except identifying.AccountClosed as closed:
        raise Setback(_("This account has been closed. What you wrote is still here.")) from closed
    else:
        return None if reader else wait_for_second_factor(request, form)
    return ask_code(request, form, code)


def wait_for_second_factor(request: HttpRequest, form: StrangerForm) -> HttpResponse:
    """Keep the text, as its author has shown who they are; the form offers it again once they are signed in."""
    parent = form.cleaned_data["parent"]
    request.session[KEPT] = {
        "place": form.discussion.get_absolute_url(),
        "body": form.cleaned_data["body"],
        "parent": parent.pk if parent else None,
    }
    return redirect(SECOND_FACTOR)
