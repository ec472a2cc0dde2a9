"""An issue or article as it will be, in whatever state it is: its page, and as mail what the app above shows of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, page_at
from newsletter import revising, sharing
from newsletter.models import Issue
from newsletter.views.reading import proof_page

FRAMING: Any = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
#: What stands in a frame shows pictures, those of drafts too, and does nothing else. A link in it opens a window. Mail
#: brings its styles along at each element.
FRAMED: Any = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, settings.SITE_URL, "data:"],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
}


class ShareForm(forms.Form):
    days = forms.IntegerField(
        label=gettext_lazy("Days that it works"), min_value=1, max_value=90, initial=sharing.DAYS
    )
    note = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only you and other editors read this."),
    )


def framed(view: Any) -> Any:
    """For a view whose page is shown inside another of ours."""
    return xframe_options_sameorigin(csp_override(FRAMED)(view))


def scheme_of(request: HttpRequest) -> str:
    """In which colours an editor wants to see something."""
    return "dark" if request.GET.get("scheme") == "dark" else "light"


class PreviewedAdmin(DeskAdmin):
    @page_at("<int:pk>/preview/page/", "preview_frame")
    @method_decorator(framed)
    def frame_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return proof_page(request, self.fetch(request, pk), scheme=scheme_of(request))

    def tell_of_share(self, request: HttpRequest, thing: Any, said: str) -> HttpResponse:
        self.log_change(request, thing, said)
        messages.success(request, said)
        return redirect(f"{request.path}#shared")

    @page_at("<int:pk>/preview/", "preview")
    @method_decorator(csp_override(FRAMING))
    def proof_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """GET shows it; POST opens an address for others, or closes the one that is named."""
        thing, form = self.fetch(request, pk), ShareForm(request.POST or None)
        if request.POST.get("revoke", "").isdecimal():
            thing.shares.filter(pk=request.POST["revoke"]).delete()
            return self.tell_of_share(request, thing, _("A preview address was revoked."))
        if form.is_valid():
            sharing.share(thing, request.user, **form.cleaned_data)
            return self.tell_of_share(request, thing, _("A preview address was made."))
        issue = thing if isinstance(thing, Issue) else thing.issue
        facts = {"thing": thing, "here": _("Preview"), "frame_url": self.address("preview_frame", pk), "issue": issue}
        facts |= {"form": form, "shares": [(each, sharing.address(each)) for each in thing.shares.open()]}
        facts |= {"scheme": scheme_of(request), "copies": revising.copies_shown(issue or thing).exists()}
        with revising.as_it_would_be(issue or thing):
            title = _("“%(title)s” as readers will get it") % {"title": thing}
            return self.show(request, "newsletter/preview", title, **facts).render()
