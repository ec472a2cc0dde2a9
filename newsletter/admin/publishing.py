"""Publish, schedule, withdraw and take back, from the page of an issue or an article. Each step has an address below
that page: GET asks, POST acts. With the publication of an issue goes, in the same step, what apps above do with it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import SignedInRequest
from core.admin import page_at
from core.zones import in_zone
from newsletter import publishing
from newsletter.admin.states import State, remarks_on, state_of, state_word
from newsletter.admin.written import PreviewedAdmin, RevisedTextsAdmin
from newsletter.checking import errors, findings
from newsletter.checking.finding import Finding
from newsletter.forms import PastingTextarea
from newsletter.models import Article, Correction, Issue, Link, Newsletter, Status
from newsletter.models.revisions import with_working_copies
from newsletter.publishing import Change

OUTCOMES = {
    State.PUBLISHED: gettext_lazy("Readers can see <a href='{address}'>{title}</a> now."),
    State.SCHEDULED: gettext_lazy("Readers will see <a href='{address}'>{title}</a> from {date} on."),
    State.WAITING: gettext_lazy("<a href='{address}'>{title}</a> is ready: readers will see it with its issue."),
    State.WITHDRAWN: gettext_lazy("“{title}” is withdrawn: its address tells readers that it is gone."),
    State.DRAFT: gettext_lazy("“{title}” is a draft again."),
}

PUBLISH = {
    State.DRAFT: gettext_lazy("Publish…"),
    State.SCHEDULED: gettext_lazy("Publish now or change the date…"),
    State.WITHDRAWN: gettext_lazy("Publish again…"),
}

PUBLISH_DRAFTS, MAIL = gettext_lazy("Publish its drafts, or mail it…"), gettext_lazy("Mail it…")
STEPS = {"withdraw": gettext_lazy("Withdraw…"), "draft": gettext_lazy("Back to draft…")}


#: Forms of apps above for what is done with an issue in one step with its publication; they add theirs in `ready()`.
#: Each has templates whose names begin with `templates`; says whether it `is_for` a request, what it is about to do in
#: `stated` (empty for nothing), and whether it `is_done` since the page was made; and does it with `act(by)`, in the
#: transaction and after the publication, of which it is told the `way`: "seen" already, "now" or "later".
step_forms: list[Any] = []


class PublishForm(forms.Form):
    """When something becomes public and, for an issue, which of its drafts go along."""

    fields: dict[str, Any]
    at = forms.DateTimeField(
        label=gettext_lazy("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=in_zone(gettext_lazy("Empty: now. In the future: readers see it from then on.")),
    )
    articles = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Articles that go along"),
        queryset=Article.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Those left out stay drafts and can be published later."),
    )

    def __init__(self, *args: Any, thing: Issue | Article, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if thing.is_public:
            del self.fields["at"]
        else:  # a draft that was composed has the date of its document
            self.fields["at"].initial = thing.published_at
        drafts = thing.articles.drafts() if isinstance(thing, Issue) else Article.objects.none()
        if isinstance(thing, Issue) and not thing.is_public:
            drafts |= thing.articles.scheduled()
        if drafts:
            self.fields["articles"].queryset = self.fields["articles"].initial = drafts.in_reading_order()
        else:
            del self.fields["articles"]


class ReasonForm(forms.Form):
    """Why something is published in spite of errors. Without any, nothing is asked."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is published in spite of the errors"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Kept in the history, with your name and what the errors were."),
    )

    def __init__(self, *args: Any, errors: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = errors

    @property
    def is_given(self) -> bool:
        return not self.found or self.is_valid()

    @property
    def note(self) -> str:
        """For the history."""
        if not self.found:
            return ""
        named = {"errors": " ".join(f"{each.thing}: {each.message}" for each in self.found), **self.cleaned_data}
        return _("in spite of errors, because: %(reason)s (%(errors)s)") % named


class CorrectionInline(admin.StackedInline):
    model = Correction
    fields = ("text", "published_at")
    readonly_fields = ("published_at",)
    formfield_overrides: ClassVar = {models.TextField: {"widget": PastingTextarea(attrs={"rows": 3})}}
    extra = 1


class PublishableAdmin(PreviewedAdmin, RevisedTextsAdmin):
    """Shows the state above the form, and leads to a page for each step that is possible from there."""

    actions: Any = None
    date_hierarchy = "published_at"
    ordering: ClassVar = [F("published_at").desc(nulls_first=True), "-pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return with_working_copies(super().get_queryset(request))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A site with one newsletter need not be asked which."""
        newsletters = Newsletter.objects.all()[:2]
        known = self.known_with(newsletters[0]) if len(newsletters) == 1 else {}
        return known | super().get_changeform_initial_data(request)

    def known_with(self, only: Newsletter) -> dict[str, Any]:
        return {"newsletter": only.pk}

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, thing: Issue | Article) -> str:
        return format_html("{} <small>{}</small>", state_word(thing), getattr(thing, "remark", ""))

    def get_inlines(self, request: HttpRequest, obj: Issue | Article | None) -> Any:
        """What no reader has seen is changed without a word; what became public under an open form, too."""
        is_shown = request.method != "POST" or "corrections-TOTAL_FORMS" in request.POST
        corrections = [CorrectionInline] if obj and obj.is_public and is_shown else []
        return [*super().get_inlines(request, obj), *corrections]

    def has_delete_permission(self, request: HttpRequest, obj: Issue | Article | None = None) -> bool:
        """What readers can see is withdrawn before it is deleted."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_public)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        context["consequences"] = publishing.consequences(context["object"], Change.DELETED)
        return super().render_delete_form(request, context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        thing = context["original"]
        if thing:
            context["standing"] = self.standing(request, thing)
        context["can_publish"] = not thing or (not thing.is_public and "publish" in self.steps(request, thing))
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Issue | Article) -> HttpResponseRedirect:
        return self.next_page(request, obj, is_new=True) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Issue | Article) -> HttpResponseRedirect:
        return self.next_page(request, obj, is_new=False) or super().response_post_save_change(request, obj)

    def next_page(self, request: HttpRequest, thing: Any, *, is_new: bool) -> HttpResponseRedirect | None:
        """Where saving leads, if not to the list."""
        return HttpResponseRedirect(self.address("publish", thing.pk)) if "_publish" in request.POST else None

    def standing(self, request: HttpRequest, thing: Issue | Article) -> dict[str, Any]:
        """What the box above the form shows: the state, and the addresses and names of what can be done."""
        steps = [(self.address(step, thing.pk), label) for step, label in self.steps(request, thing).items()]
        remark = remarks_on([thing]).get(thing.pk, "") if isinstance(thing, Issue) else ""
        return {"word": state_word(thing), "steps": steps, "remark": remark}

    def step_forms(self, request: HttpRequest, thing: Issue | Article) -> list[Any]:
        return [each for each in step_forms if isinstance(thing, Issue) and each.is_for(request)]

    def steps(self, request: HttpRequest, thing: Issue | Article) -> dict[str, Any]:
        """What can be done with `thing` now, and what the buttons that lead there say."""
        if thing.is_public:
            has_drafts = isinstance(thing, Issue) and thing.articles.drafts().exists()
            label = PUBLISH_DRAFTS if has_drafts else MAIL if self.step_forms(request, thing) else None
            return ({"publish": label} if label else {}) | {"withdraw": STEPS["withdraw"]}
        publish, draft = {"publish": PUBLISH.get(state_of(thing))}, {"draft": STEPS["draft"]}
        if thing.status == Status.DRAFT:
            return publish
        return draft if thing.status == Status.PUBLISHED and thing.is_due else publish | draft

    @page_at("<int:pk>/withdraw/")
    def withdraw_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        title, verb = _("Withdraw “%(title)s”?"), publishing.withdraw
        return self.take_back(request, pk, "withdraw", title, Change.WITHDRAWN, verb)

    @page_at("<int:pk>/draft/")
    def draft_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        title, verb = _("Take “%(title)s” back to the desk?"), publishing.back_to_draft
        return self.take_back(request, pk, "draft", title, Change.DRAFTED, verb)

    def take_back(
        self, request: SignedInRequest, pk: int, step: str, title: str, change: Change, verb: Callable[..., None]
    ) -> HttpResponse:
        thing = self.fetch(request, pk)
        if request.method == "POST":
            return self.act(request, thing, lambda: verb(thing, request.user))
        return self.ask(request, thing, step, title, consequences=publishing.consequences(thing, change))

    @page_at("<int:pk>/checks/")
    def checks_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """GET shows what is found; POST has the worker look at the links."""
        thing = self.fetch(request, pk)
        links = Link.objects.shown_in(thing)
        if request.method == "POST":
            links.ask()
            return redirect(request.path)
        waiting = links.asked_for().count()
        return self.ask(
            request, thing, "checks", _("Checks of “%(title)s”"), findings=findings(thing), waiting=waiting
        )

    @page_at("<int:pk>/publish/")
    def publish_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Say what will happen, and let it happen: only what the page has stated, whatever is filled in by then."""
        thing = self.fetch(request, pk)
        form = filled(PublishForm, request, thing=thing)
        along = going_along(thing, form) if form.is_valid() else []
        way, at = way_of(thing, form, along)
        parts = [filled(each, request, issue=thing, way=way, at=at) for each in self.step_forms(request, thing)]
        if "publish" not in self.steps(request, thing) or any(part.is_done for part in parts):
            messages.info(request, _("“%(title)s” is published already.") % {"title": thing})
            return redirect(self.address("change", thing.pk))
        is_clear = form.is_valid() and all(part.is_valid() for part in parts)
        stated = " ".join(part.stated for part in parts).strip() if is_clear else ""
        is_ready = is_clear and (way != "seen" or stated)
        is_meant = "_look" not in request.POST and stated == request.POST.get("stated", "")
        found = findings(thing)
        excuse = ReasonForm(
            request.POST if request.method == "POST" and is_meant else None,
            errors=errors(found) if way != "seen" else [],
            initial={"reason": request.POST.get("reason", "")},
        )
        if request.method == "POST" and is_ready and is_meant and excuse.is_given:
            return self.act(request, thing, lambda: publish(thing, request.user, form, parts), excuse.note)
        facts = {"form": form, "parts": parts, "stated": stated, "is_clear": is_clear, "is_ready": is_ready}
        facts |= {"way": way, "at": at, "along": along, "is_changed": request.method == "POST"}
        facts |= {"findings": found, "excuse": excuse}
        if way == "seen":
            return self.ask(request, thing, "publish", _("Mail “%(title)s”?"), **facts)
        facts["consequences"] = publishing.consequences(thing, Change.PUBLISHED)
        return self.ask(request, thing, "publish", _("Publish “%(title)s”?"), **facts)

    def ask(self, request: HttpRequest, thing: Any, step: str, title: str, **facts: Any) -> TemplateResponse:
        return self.show(request, f"newsletter/{step}", title % {"title": thing}, thing=thing, **facts)

    def act(
        self, request: HttpRequest, thing: Issue | Article, verb: Callable[[], None], note: str = ""
    ) -> HttpResponse:
        """Carry out one step, if it is possible now, and say what came of it."""
        try:
            with transaction.atomic():
                verb()
                self.log_change(request, thing, f"{state_of(thing).label} {note}".strip())
        except publishing.NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, outcome(thing))
        return redirect(self.address("change", thing.pk))


def filled(kind: Any, request: HttpRequest, **options: Any) -> Any:
    """A form as it was sent, or with what it offers at first: so it can be said what that does."""
    offered = kind(**options)
    sent = request.POST if request.method == "POST" else {field.html_name: field.value() for field in offered}
    return kind(sent, **options)


def going_along(thing: Issue | Article, form: PublishForm) -> list[Article]:
    """The articles of an issue that readers get to see with it."""
    articles = thing.articles.without_texts().in_reading_order() if isinstance(thing, Issue) else ()
    ticked, is_new = form.cleaned_data.get("articles", ()), not thing.is_public
    return [each for each in articles if each in ticked or (is_new and each.status == Status.PUBLISHED)]


def way_of(thing: Issue | Article, form: PublishForm, along: list[Article]) -> tuple[str, datetime | None]:
    """When readers see what this publishes, with the moment where that is to come: see `step_forms`."""
    at = form.cleaned_data.get("at")
    if at and at > timezone.now():
        return "later", at
    return "seen" if thing.is_public and not along else "now", None


def publish(thing: Issue | Article, by: User, form: PublishForm, parts: Iterable[Any]) -> None:
    publishing.publish(thing, by, **form.cleaned_data)
    for part in parts:
        part.act(by)


def outcome(thing: Issue | Article) -> SafeString:
    date = date_format(localtime(thing.published_at), "DATETIME_FORMAT") if thing.published_at else ""
    return format_html(str(OUTCOMES[state_of(thing)]), title=thing, address=thing.get_absolute_url(), date=date)
