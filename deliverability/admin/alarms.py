"""Alarms: a receiver refuses our mail for something that is ours to mend."""

import re
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, PagedAdmin, ReadOnlyAdmin, page_at
from deliverability import alarms
from deliverability.models import DomainAlarm

#: What the words of a server point to.
ADVICE: dict[str, Promise] = {
    r"spf|dkim|dmarc|authenticat|5\.7\.(2[0-9]|30)": gettext_lazy(
        "The mail does not show that it is yours. Look at the check of the sender: SPF, DKIM and DMARC have to name"
        " the server that sends it, and agree with the address in From."
    ),
    r"\bptr\b|reverse|rdns|helo|ehlo": gettext_lazy(
        "The name of the mail server does not fit its network address. Whoever runs it sets both (PTR record, HELO)."
    ),
    r"block|\blist(ed|ing)?\b|\brbl\b|spamhaus|reputation|barracuda|s3140|s3150": gettext_lazy(
        "The network address of the mail server, or the domain, stands on a list. The answer often names a page where"
        " one asks to be taken off it. Find out first what brought it there: complaints, an abused form, a neighbour."
    ),
    r"\brate\b|too many|throttl|limit|volume|unusual": gettext_lazy(
        "It is too much at once for this receiver. Choose a slower speed on the page of the mailing; a new sender"
        " begins with few."
    ),
    r"\bspam|content|\burls?\b|\blinks?\b|virus": gettext_lazy(
        "It objects to what the mail says or leads to. Look at the links of the issue; try it with a test to yourself."
    ),
}
USUAL_ADVICE = gettext_lazy(
    "The answer is all that it says. Search for its number and words at the receiver's pages for senders, and look at"
    " the check of the sender."
)


@admin.register(DomainAlarm)
class DomainAlarmAdmin(PagedAdmin, DeskAdmin, ReadOnlyAdmin):
    list_display = ("domain", "number", "text", "began_at", "last_at", "over_at")
    search_fields = ("domain",)
    goes_along = True

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the server said, what that points to, and a button when it is mended."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        alarm = found(object_id)
        context = {"alarm": alarm, "advice": advice(alarm.text), "may_deal": may_deal(request)}
        return self.show(
            request, "deliverability/alarm", _("%(domain)s refuses our mail") % {"domain": alarm}, **context
        )

    @page_at("<int:pk>/over/", "over")
    @method_decorator(require_POST)
    def over_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        if not may_deal(request):
            raise PermissionDenied
        alarm = found(pk)
        if alarms.deal_with(alarm, request.user):
            self.log_change(request, alarm, "dealt with")
            messages.success(request, _("What rests goes out within half an hour. More refusals are another alarm."))
        else:
            messages.warning(request, _("Somebody has already done so."))
        return redirect("admin:deliverability_domainalarm_change", pk)


def found(pk: str | int) -> DomainAlarm:
    alarms_with = DomainAlarm.objects.select_related("dispatch", "seen_by")
    return get_object_or_404(alarms_with, pk=pk if str(pk).isdecimal() and len(str(pk)) < 19 else None)


def may_deal(request: HttpRequest) -> bool:
    return request.user.has_perms(["deliverability.view_domainalarm", "mailing.send_dispatch"])


def advice(text: str) -> list[Promise]:
    fitting = [words for pattern, words in ADVICE.items() if re.search(pattern, text, re.IGNORECASE)]
    return fitting or [USUAL_ADVICE]
