"""The page on which editors see whether mail will arrive, and what to write into the zone where it might not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import standing
from core.admin import DeskAdmin, ReadOnlyAdmin, page_at
from core.desk import Line
from core.limits import Limit, wait_message
from core.mail.incoming import MOST_BYTES_OF_HEADERS, Incoming
from core.mail.messages import Unusable, address
from core.models import OutgoingMail
from core.worker import pulse
from deliverability.models import SenderCheck
from deliverability.sender import checking
from deliverability.sender.looking import sender_of, service_by_which_mail_leaves
from deliverability.sender.words import GOOD, GROUPS, MEND, STATES, UNKNOWN, Part, said
from mailing.models import Dispatch, Subscription
from newsletter.models import Issue, Newsletter

TESTS = Limit("deliverability.sender tests", most=10, seconds=600)
#: How long a page looks whether the test mail has come to the mailbox that the site reads.
SOON = timedelta(minutes=30)
MOST_LINES = 5
#: Worst first.
ORDER = (MEND, UNKNOWN, GOOD)
NO_MAIL = ("filebased.", "console.", "dummy.")


class Shown(NamedTuple):
    """One finding, in the words of whoever looks at it."""

    state: str
    text: str
    records: list[Any]
    seen: str


class PartShown(NamedTuple):
    part: Part
    state: str
    word: Promise
    found: list[Shown]


class Card:
    """What is known of one newsletter's sender."""

    def __init__(self, newsletter: Newsletter) -> None:
        self.newsletter, self.sender = newsletter, sender_of(newsletter)
        self.check = SenderCheck.objects.select_related("by").filter(newsletter=newsletter).first()
        self.test = checking.test_mail_of(newsletter)
        self.is_stale = bool(self.check and self.check.email != self.sender)

    @property
    def groups(self) -> Iterator[tuple[Promise, list[PartShown]]]:
        found: dict[str, list[Shown]] = {}
        for each in self.check.findings if self.check else []:
            found.setdefault(each["code"].partition(".")[0], []).append(shown(each))
        for name, parts in GROUPS:
            there = [(part, found[key]) for key, part in parts.items() if key in found]
            yield name, [PartShown(part, worst(all_), STATES[worst(all_)], all_) for part, all_ in there]

    @property
    def counts(self) -> dict[str, int]:
        """Of parts, by state."""
        states = [part.state for _name, parts in self.groups for part in parts]
        return {state: states.count(state) for state in ORDER}

    @property
    def is_asked(self) -> bool:
        return bool(self.check and self.check.state == SenderCheck.State.ASKED)

    @property
    def has_test_come(self) -> bool:
        came_at = self.check.arrived_at if self.check else None
        return bool(self.test and came_at and came_at > self.test.created_at)

    @property
    def is_live(self) -> bool:
        """Whether something is about to happen."""
        if not self.test or self.has_test_come or self.test.created_at < timezone.now() - SOON:
            return self.is_asked
        return self.is_asked or bool(settings.BOUNCE_MAILBOX) or self.test.state == OutgoingMail.State.WAITING

    @property
    def missing_worker(self) -> str:
        return pulse.missing() if self.is_asked else ""

    @property
    def stand(self) -> str:
        """Changes with whatever the page shows."""
        moments = [self.check.state, self.check.arrived_at, self.check.ended_at] if self.check else []
        return " ".join(map(str, [*moments, self.test and self.test.state]))


def shown(finding: dict[str, Any]) -> Shown:
    return Shown(*said(finding["code"], finding["facts"]), finding["records"], finding["seen"])


def worst(found: list[Shown]) -> str:
    return next(state for state in ORDER if any(each.state == state for each in found))


class SelectorForm(forms.ModelForm):
    class Meta:
        model = SenderCheck
        fields = ("selector",)


class TestForm(forms.Form):
    """To whom the test mail goes."""

    email = forms.EmailField(
        label=gettext_lazy("To"),
        help_text=gettext_lazy(
            "A mailbox of yours at Gmail or Outlook tells most, as they write down what they found."
        ),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        try:
            return address(email)
        except Unusable as error:
            raise forms.ValidationError(_("Mail servers do not take this address.")) from error


class ArrivedForm(forms.Form):
    """A mail as it arrived."""

    source = forms.CharField(
        label=gettext_lazy("Its source"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Gmail: ⋮, “Show original”, “Copy to clipboard”. Outlook: …, “View”, “View message source”. Apple Mail: "
            "View, Message, “Raw Source”. Thunderbird: More, “View Source”. Its headers alone are enough."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or the mail as a file"),
        required=False,
        help_text=gettext_lazy("As mail programs save it, usually with .eml at its end."),
    )

    def __init__(self, *args: Any, newsletter: Newsletter, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.newsletter, self.by = newsletter, by

    def clean(self) -> None:
        """Takes it, where it is a mail of the newsletter."""
        upload, text = self.cleaned_data.get("file"), self.cleaned_data.get("source", "")
        data = upload.read(2 * MOST_BYTES_OF_HEADERS) if upload else text.encode(errors="replace")
        message = Incoming(data.lstrip()).message
        if message is None or "From" not in message:
            raise forms.ValidationError(
                _("This is no mail as it arrived: that begins with lines such as “Received: …”.")
            )
        if not checking.heed(self.newsletter, message, self.by):
            words = _("This mail was not sent by %(sender)s, so it tells nothing of this newsletter.")
            raise forms.ValidationError(words % {"sender": sender_of(self.newsletter)})


@admin.register(SenderCheck)
class SenderCheckAdmin(ReadOnlyAdmin, DeskAdmin):
    goes_along = True

    def found(self, request: HttpRequest, pk: int) -> Newsletter:
        """A newsletter whose sender somebody may look after."""
        if not request.user.has_perm("mailing.send_dispatch"):
            raise PermissionDenied
        return get_object_or_404(Newsletter, pk=pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newsletter of the address, or the first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        newsletters = list(Newsletter.objects.all())
        asked = [each for each in newsletters if each.slug == request.GET.get("newsletter")]
        chosen = next(iter(asked or newsletters), None)
        return self.page_of(request, chosen, newsletters)

    def page_of(
        self, request: Any, chosen: Newsletter | None, newsletters: list[Newsletter], **forms_: forms.BaseForm
    ) -> HttpResponse:
        card = Card(chosen) if chosen else None
        backend = settings.MAILERS["default"]["BACKEND"]
        facts = {
            "card": card,
            "newsletters": newsletters,
            "sends_nothing": settings.STAGING or any(name in backend for name in NO_MAIL),
            "held": standing.is_held(),
            "service": service_by_which_mail_leaves(),
            "may_ask": request.user.has_perm("mailing.send_dispatch"),
            "selector_form": SelectorForm(instance=card.check if card else None),
            "test_form": TestForm(initial={"email": request.user.email}),
        }
        return self.show(request, "deliverability/sender", _("Sender check"), **(facts | forms_))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = get_object_or_404(SenderCheck, pk=object_id if object_id.isdecimal() else None)
        return redirect(place_of(found.newsletter))

    @page_at("<int:pk>/progress/")
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for the script that asks for it every two seconds."""
        context = {"card": Card(self.found(request, pk))}
        return TemplateResponse(request, "admin/deliverability/_progress.html", context)

    @page_at("<int:pk>/check/", "ask")
    @method_decorator(require_POST)
    def check_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        newsletter = self.found(request, pk)
        form = SelectorForm(request.POST)
        if not form.is_valid():
            return self.page_of(request, newsletter, list(Newsletter.objects.all()), selector_form=form)
        checking.ask(newsletter, request.user, selector=form.cleaned_data["selector"])
        return redirect(place_of(newsletter))

    @page_at("<int:pk>/test/", "test")
    @method_decorator(require_POST)
    def test_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        newsletter = self.found(request, pk)
        form = TestForm(request.POST)
        if not form.is_valid():
            return self.page_of(request, newsletter, list(Newsletter.objects.all()), test_form=form)
        if wait := TESTS.hit(request.user.pk):
            messages.error(request, wait_message(wait))
        else:
            checking.send_test(newsletter, form.cleaned_data["email"], request.user)
        return redirect(place_of(newsletter))

    @page_at("<int:pk>/mail/", "mail")
    def mail_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Bring the test mail, or an issue, as it arrived."""
        newsletter = self.found(request, pk)
        form = ArrivedForm(request.POST or None, request.FILES or None, newsletter=newsletter, by=request.user)
        if request.method == "POST" and form.is_valid():
            return redirect(place_of(newsletter))
        title = _("The test mail as it arrived")
        facts = {"form": form, "back": place_of(newsletter), "newsletter": newsletter}
        return self.show(request, "deliverability/mail", title, **facts)


def place_of(newsletter: Newsletter) -> str:
    return reverse("admin:deliverability_sendercheck_changelist", query={"newsletter": newsletter.slug})


def desk_lines(request: HttpRequest) -> Iterator[Line]:
    """Before the first mailing of a newsletter that has readers: that its sender was not looked at, or has flaws."""
    if not request.user.has_perm("mailing.send_dispatch"):
        return
    begun = Dispatch.objects.filter(issue__newsletter=OuterRef("pk"), started_at__isnull=False)
    people = Subscription.objects.active().filter(newsletter=OuterRef("pk"))
    issues = Issue.objects.filter(newsletter=OuterRef("pk"))
    about_to_begin = Newsletter.objects.filter(Exists(issues), Exists(people), ~Exists(begun))
    for newsletter in about_to_begin.select_related("sender_check")[:MOST_LINES]:
        check = getattr(newsletter, "sender_check", None)
        words = ""
        if check is None or check.email != sender_of(newsletter):
            words = _("Before the first mail of %(newsletter)s: look whether it will arrive")
        elif any(shown(each).state == MEND for each in check.findings):
            words = _("Before the first mail of %(newsletter)s: its sender has something to mend")
        if words and not newsletter.is_demo:
            yield Line(words % {"newsletter": newsletter}, place_of(newsletter))
