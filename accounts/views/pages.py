"""What people do with their own account."""

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from accounts.adapter import device, signed_in_lately
from accounts.forms import DeletionForm, ProfileForm
from accounts.own_data import erase_account, export_account
from accounts.profiles import change_profile
from accounts.requests import SignedInRequest
from accounts.sessions import end_other_sessions_of, live_sessions
from core.limits import ask_to_wait


@login_required
def start(request: SignedInRequest) -> HttpResponse:
    """Where those go who signed in without being on the way to another page."""
    return redirect("admin:index" if request.user.is_staff else "accounts:profile")


@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    """Name, headline, language and picture, as others see them."""
    form = ProfileForm(request.POST or None, request.FILES or None, user=request.user)
    if form.is_valid():
        change_profile(request.user, **form.changes())
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    page = render(request, "account/profile.html", {"form": form})
    return ask_to_wait(page, form.wait) if form.wait else page


@login_required
def sessions(request: SignedInRequest) -> HttpResponse:
    """Where they are signed in."""
    listed = [
        (session, device(session.user_agent), session.session_key == request.session.session_key)
        for session in live_sessions(request.user)
    ]
    return render(request, "account/sessions.html", {"sessions": listed})


@login_required
@require_POST
def end_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Sign them out in one other place."""
    get_object_or_404(UserSession, pk=session_id, user=request.user).end()
    return redirect("accounts:sessions")


@login_required
@require_POST
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    end_other_sessions_of(request)
    return redirect("accounts:sessions")


@login_required
def password(request: SignedInRequest) -> HttpResponse:
    """Set or change a password; who has just signed in with a code need not know the old one.

    Ends all other sessions, and says by mail that it happened.
    """
    needs_old = request.user.has_usable_password() and not signed_in_lately(request, method="code")
    form = (PasswordChangeForm if needs_old else SetPasswordForm)(request.user, request.POST or None)
    if form.is_valid():
        end_other_sessions_of(request)
        form.save()
        update_session_auth_hash(request, request.user)
        UserSession.objects.create_from_request(request)
        get_adapter(request).send_notification_mail("account/email/password_changed", request.user)
        messages.success(request, _("The password is set. You are signed out everywhere else."))
        return redirect("accounts:password")
    return render(request, "account/password.html", {"form": form, "needs_old": needs_old})


@login_required
@require_safe
def download(request: SignedInRequest) -> HttpResponse:
    """Everything that is kept of the person, as JSON that people can read."""
    return JsonResponse(
        export_account(request.user),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@login_required
def deletion(request: SignedInRequest) -> HttpResponse:
    """Delete the account, with or without what was published under its name."""
    form = DeletionForm(request.POST or None, user=request.user)
    if form.is_valid():
        erase_account(request.user, keep_words=form.cleaned_data["words"] == "keep")
        logout(request)
        return render(request, "account/deleted.html")
    return render(request, "account/deletion.html", {"form": form})


@require_safe
@csp_override({"default-src": [CSP.NONE], "sandbox": True})  # type: ignore[dict-item]  # a directive without value
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A person's own picture, under the random name it was stored by."""
    try:
        file = default_storage.open(f"people/{name}.webp")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, content_type="image/webp", headers={"Cache-Control": "public, max-age=86400, immutable"})
