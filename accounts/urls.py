"""The addresses of accounts. allauth asks for some of them by names of its own; those stand without a namespace."""

from functools import partial

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import URLPattern, include, path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from accounts.views import pages, signing_in
from accounts.views.limiting import View, limited


def private(address: str, view: View, name: str) -> URLPattern:
    """A page that nobody keeps a copy of."""
    return path(f"account/{address}", never_cache(view), name=name)


own = [
    private("", pages.profile, "profile"),
    private("start/", pages.start, "start"),
    private("name/", signing_in.name, "name"),
    private("code/another/", signing_in.resend, "resend"),
    private("sessions/", pages.sessions, "sessions"),
    private("sessions/<int:session_id>/end/", pages.end_session, "end-session"),
    private("sessions/others/end/", pages.end_other_sessions, "end-other-sessions"),
    private("password/", limited(pages.password), "password"),
    private("data/", login_required(partial(render, template_name="account/data.html")), "data"),
    private("data/download/", pages.download, "download"),
    private("deletion/", pages.deletion, "deletion"),
    path("media/people/<slug:name>.webp", pages.picture, name="picture"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    private("sign-in/", signing_in.sign_in, "account_login"),
    private("code/", signing_in.code, "account_confirm_login_code"),
    private("sign-out/", signing_in.sign_out, "account_logout"),
    private("closed/", partial(render, template_name="403.html", status=403), "account_inactive"),
    private("password/check/", limited(allauth.reauthenticate), "account_reauthenticate"),
    private("2fa/", mfa.index, "mfa_index"),
    private("2fa/authenticate/", limited(mfa.authenticate), "mfa_authenticate"),
    private("2fa/check/", limited(mfa.reauthenticate), "mfa_reauthenticate"),
    private("2fa/app/", limited(totp.activate_totp), "mfa_activate_totp"),
    private("2fa/app/removal/", totp.deactivate_totp, "mfa_deactivate_totp"),
    private("2fa/recovery-codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    private("2fa/recovery-codes/new/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    private("2fa/keys/", RedirectView.as_view(pattern_name="mfa_index"), "mfa_list_webauthn"),
    private("2fa/keys/new/", passkeys.add_webauthn, "mfa_add_webauthn"),
    private("2fa/keys/<int:pk>/removal/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    private("2fa/keys/sign-in/", limited(passkeys.login_webauthn), "mfa_login_webauthn"),
    private("2fa/keys/check/", limited(passkeys.reauthenticate_webauthn), "mfa_reauthenticate_webauthn"),
]
