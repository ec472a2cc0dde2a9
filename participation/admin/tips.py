"""The queue of tips: what readers sent, all that bears on it, and what can be made of it with one click."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csp import csp_override

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, PagedAdmin, by_choice, change_page, drawn, page_at
from core.desk import Line
from newsletter.admin.front import next_issue
from newsletter.admin.sayings import SayingsAdmin
from newsletter.forms import issue_in_words
from newsletter.imaging import CONTENT_TYPES
from newsletter.models import Article, Issue, Link, Section
from participation.models import Tip
from participation.models.tips import State
from participation.tips import deciding
from participation.tips.forgetting import erase, forget_senders
from participation.tips.links import same_places
from participation.tips.taking import ask, picture_of

#: How much of each kind of context is shown.
SHOWN = 8

StateFilter = by_choice(
    "state",
    gettext_lazy("state"),
    **{each.value: (each.label, lambda rows, at=each: rows.filter(state=at)) for each in State},
)


class ItemForm(forms.Form):
    """Where the draft is to stand."""

    fields: dict[str, Any]
    issue = forms.ModelChoiceField(
        Issue.objects.none(),
        label=gettext_lazy("Issue"),
        empty_label=None,
        help_text=gettext_lazy("Those that are not out yet."),
    )
    section = forms.CharField(
        label=gettext_lazy("Section"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"list": "tip-sections", "autocomplete": "off"}),
        help_text=gettext_lazy("A new name makes a new section; empty is before the first."),
    )

    def __init__(self, data: Any, tip: Tip) -> None:
        self.next = next_issue(tip.newsletter)
        self.sections = list(Section.objects.filter(issue=self.next).values_list("title", flat=True))
        last = self.sections[-1] if self.sections else ""
        super().__init__(data, initial={"issue": self.next, "section": last})
        issues = Issue.objects.filter(newsletter=tip.newsletter).select_related("newsletter")
        self.fields["issue"].queryset = issues.drafts() | issues.scheduled()
        self.fields["issue"].label_from_instance = issue_in_words


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In a sentence to the reader, or a note for the other editors."),
    )
    tells = forms.BooleanField(label=gettext_lazy("Mail this to who sent it"), required=False)

    def __init__(self, data: Any, tip: Tip) -> None:
        super().__init__(data)
        if not tip.may_be_told:
            del self.fields["tells"]


@admin.register(Tip)
class TipAdmin(SayingsAdmin, PagedAdmin, DeskAdmin):
    """Nobody edits what a reader wrote; to delete a tip is to delete all of it."""

    said_in = "tip"
    list_display: Any = (
        drawn("participation/columns/_tip", gettext_lazy("tip")),
        drawn("participation/columns/_sender", gettext_lazy("from")),
        drawn("participation/columns/_state", gettext_lazy("state")),
    )
    list_filter: ClassVar[Any] = (StateFilter, "newsletter")
    list_title = gettext_lazy("Tips, newest first")
    search_fields = ("text", "link", "name", "email", "credit_name")
    ordering: ClassVar = ["-pk"]
    actions: Any = ()

    class Media:
        css: ClassVar = {"all": ["admin/moderation.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found: Any = super().get_queryset(request)
        return found.for_lists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Tip) -> None:
        """With its picture."""
        forget_senders(Tip.objects.filter(pk=obj.pk))
        super().delete_model(request, obj)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET shows a tip, POST decides."""
        tip = self.fetch(request, object_id)
        decision = self.decisions.get(request.POST.get("decision", ""))
        return decision(self, request, tip) if request.method == "POST" and decision else self.show_tip(request, tip)

    def show_tip(self, request: HttpRequest, tip: Tip, **forms_: forms.Form) -> HttpResponse:
        others = Tip.objects.for_lists().exclude(pk=tip.pk)
        context: dict[str, Any] = {
            "tip": tip,
            "item_form": ItemForm(None, tip),
            "decline_form": DeclineForm(None, tip),
        }
        context |= {
            "link": ask(tip),
            "same": others.leading_to(tip.link)[:SHOWN],
            "articles": articles_from(tip)[:SHOWN],
        }
        context |= {"theirs": others.sent_by(tip.user, tip.email)[:SHOWN], "may_write": may_write(request)}
        context |= {"can_keep": tip.can_be(State.KEPT), "can_use": tip.can_be(State.USED)}
        context["ways"] = [] if tip.state == State.DECLINED else self.ways(request, tip.pk)
        context |= {"can_decline": tip.can_be(State.DECLINED), **forms_}
        title = _("Tip from %(name)s") % {"name": tip.name or tip.email} if tip.name or tip.email else _("A tip")
        return self.show(request, "participation/tip", title, **context)

    def keep(self, request: SignedInRequest, tip: Tip) -> HttpResponse:
        return self.say(request, tip, tip.become(State.KEPT, request.user), _("Kept for later."))

    def use(self, request: SignedInRequest, tip: Tip) -> HttpResponse:
        form = ItemForm(request.POST, tip)
        if not may_write(request):
            raise PermissionDenied
        if not form.is_valid():
            return self.show_tip(request, tip, item_form=form)
        article = deciding.make_item(tip, form.cleaned_data["issue"], form.cleaned_data["section"], request.user)
        if article:
            self.log_addition(request, article, _("Made of a tip."))
        link = format_html('<a href="{}">{}</a>', change_page(article), article) if article else ""
        return self.say(request, tip, bool(article), format_html(_("A draft now: {}"), link))

    def take_away(self, request: SignedInRequest, tip: Tip) -> HttpResponse:
        if not request.user.has_perm("newsletter.delete_article"):
            raise PermissionDenied
        return self.say(request, tip, deciding.take_away(tip), _("The draft is deleted, and the tip kept."))

    def decline(self, request: SignedInRequest, tip: Tip) -> HttpResponse:
        form = DeclineForm(request.POST, tip)
        if not form.is_valid():
            return self.show_tip(request, tip, decline_form=form)
        reason, tells = form.cleaned_data["reason"], form.cleaned_data.get("tells", False)
        words = _("Declined; a mail says why.") if tells and reason else _("Declined.")
        return self.say(request, tip, deciding.decline(tip, request.user, reason, tells=tells), words)

    def forget(self, request: SignedInRequest, tip: Tip) -> HttpResponse:
        erase(Tip.objects.filter(pk=tip.pk))
        return self.say(request, tip, True, _("Nothing is known any more of who sent it."))

    decisions: ClassVar[dict[str, Callable[..., HttpResponse]]] = {
        "keep": keep,
        "use": use,
        "take_away": take_away,
        "decline": decline,
        "forget": forget,
    }

    def say(self, request: HttpRequest, tip: Tip, is_done: bool, words: str) -> HttpResponse:
        otherwise = _("Somebody else was faster. Nothing was changed.")
        self.message_user(request, words if is_done else otherwise, messages.SUCCESS if is_done else messages.WARNING)
        return redirect(self.address("change", tip.pk))

    @page_at("<int:pk>/picture/")
    @method_decorator(csp_override({"default-src": [CSP.NONE], "sandbox": True}))  # type: ignore[dict-item]
    def picture_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """What nobody but the desk sees."""
        tip = self.fetch(request, pk)
        file = picture_of(tip) if tip.picture else None
        if file is None:
            raise Http404
        kind = CONTENT_TYPES[tip.picture.name.rpartition(".")[2]]
        return FileResponse(file, content_type=kind, headers={"Cache-Control": "private, no-store"})


def may_write(request: HttpRequest) -> bool:
    return request.user.has_perms(["newsletter.add_article", "newsletter.change_issue"])


def articles_from(tip: Tip) -> QuerySet[Article]:
    """What of the publication leads to the same place already."""
    links = Link.objects.filter(address__in=same_places(tip.link)) if tip.link else Link.objects.none()
    found = Article.objects.filter(Q(links__in=links)).exclude(tips=tip).distinct()
    return found.without_texts().select_related("issue").newest_first()


def new_tips(request: HttpRequest) -> Iterator[Line]:
    """For the first page of the desk."""
    number = Tip.objects.new().count() if request.user.has_perm("participation.view_tip") else 0
    if number:
        words = ngettext("%(number)d new tip", "%(number)d new tips", number) % {"number": number}
        yield Line(words, reverse("admin:participation_tip_changelist", query={"state": State.NEW}))
