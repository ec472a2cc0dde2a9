"""Polls at the desk: asked, watched, closed, and given out as a table."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.admin import by_choice, change_page, counted, page_at
from core.csv_files import download
from core.desk import Planned
from newsletter.admin.keeping import KeepingAdmin
from newsletter.admin.written import ChoosingAdmin
from newsletter.models import Newsletter
from newsletter.models.slugs import free_slug
from participation.models import Poll, PollAnswer
from participation.models.polls import FEWEST_ANSWERS, MOST_ANSWERS
from participation.polls.places import WORD, naming
from participation.polls.showing import sheet_of
from participation.polls.voting import close

StateFilter = by_choice(
    "state",
    gettext_lazy("state"),
    open=(gettext_lazy("Open"), lambda polls: polls.open()),
    closed=(gettext_lazy("Closed"), lambda polls: polls.closed()),
)
#: In the calendar of the desk.
MOST_PLANNED = 6


class PollForm(forms.ModelForm):
    def clean_name(self) -> str:
        """Texts call it by its name: as long as any does, it keeps that."""
        name = self.cleaned_data["name"]
        things = naming(self.instance) if self.instance.pk and name != self.initial["name"] else []
        if things:
            raise ValidationError(
                _("It stays “%(name)s”, as it is named in: %(things)s.")
                % {"name": self.initial["name"], "things": get_text_list([f"“{thing}”" for thing in things], _("and"))}
            )
        return name

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("name") == "":
            given["name"] = free_slug(given.get("question", ""), Poll.objects.all(), otherwise=WORD, field="name")
        return given


class AnswersFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data.get("text") and form not in self.deleted_forms]
        if not FEWEST_ANSWERS <= len(kept) <= MOST_ANSWERS:
            raise ValidationError(_("A poll has two to ten answers."))
        if len({form.cleaned_data["text"].casefold() for form in kept}) < len(kept):
            raise ValidationError(_("Two answers are the same."))
        for answer in (form.instance for form in self.deleted_forms):
            if answer.pk and answer.ballots.exists():
                raise ValidationError(_("“%(answer)s” has votes, so it stays.") % {"answer": answer})

    def renamed(self) -> Iterator[str]:
        """What editors should know who have given other words to answers that have votes."""
        for form in self.initial_forms:
            if "text" in form.changed_data and (votes := form.instance.ballots.count()):
                yield ngettext(
                    "%(votes)d vote for “%(old)s” counts for “%(new)s” now. If it says another thing, take that back.",
                    "%(votes)d votes for “%(old)s” count for “%(new)s” now. If it says another thing, take that back.",
                    votes,
                ) % {"votes": votes, "old": form.initial["text"], "new": form.instance.text}


class AnswerInline(admin.TabularInline):
    model = PollAnswer
    formset = AnswersFormSet
    fields = ("text", "position")
    extra = 0
    min_num, max_num = FEWEST_ANSWERS, MOST_ANSWERS
    verbose_name_plural = gettext_lazy("answers: two to ten")


@admin.register(Poll)
class PollAdmin(ChoosingAdmin, KeepingAdmin):
    form = PollForm
    inlines = (AnswerInline,)
    list_display: Any = ("question", "newsletter", "state", "voters", "closes_at")
    list_filter = (StateFilter, "newsletter", "results")
    list_select_related = ("newsletter",)
    search_fields = ("question", "name")
    search_help_text = gettext_lazy("Question or name")
    fieldsets = (
        (None, {"fields": ["question", "several", ("results", "closes_at"), ("newsletter", "name")]}),
        (None, {"fields": ["in_texts", "numbers"]}),
    )
    readonly_fields = ("in_texts", "numbers")
    actions = ("close",)
    voters = counted("voters", gettext_lazy("votes"))

    class Media:
        css: ClassVar = {"all": ["admin/polls.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        polls: Any = super().get_queryset(request)
        return polls.counted()

    def get_fieldsets(self, request: HttpRequest, obj: Poll | None = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    def get_readonly_fields(self, request: HttpRequest, obj: Poll | None = None) -> tuple[str, ...]:
        """Once people have chosen, how many they may choose stays, and the name by which their mail leads there."""
        fixed = ("several", "name") if obj and obj.ballots.exists() else ()
        return (*self.readonly_fields, *fixed)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        only = list(Newsletter.objects.values_list("pk", flat=True)[:2])
        return ({"newsletter": only[0]} if len(only) == 1 else {}) | super().get_changeform_initial_data(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that was voted in stays, and one that a text names; it goes with its newsletter."""
        is_deleting = "newsletter_" in str(request.resolver_match and request.resolver_match.url_name)
        is_free = obj is None or is_deleting or not (obj.ballots.exists() or naming(obj))
        return is_free and super().has_delete_permission(request, obj)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        warnings = [words for formset in formsets for words in formset.renamed()]
        super().save_related(request, form, formsets, change)
        for words in warnings:
            self.message_user(request, words, messages.WARNING)

    @admin.action(description=gettext_lazy("Close now"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: Any) -> None:
        self.message_user(request, _("Closed: %(number)d.") % {"number": close(queryset)}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("state"), ordering="closes_at")
    def state(self, poll: Poll) -> SafeString:
        kind, word = ("draft", _("Closed")) if poll.is_closed else ("published", _("Open"))
        return format_html('<span class="state state-{}">{}</span>', kind, word)

    @admin.display(description=gettext_lazy("in texts"))
    def in_texts(self, poll: Poll) -> SafeString:
        """What to write to show it, and where that is written."""
        facts = {"poll": poll, "things": [(thing, change_page(thing)) for thing in naming(poll)]}
        return render_to_string("admin/participation/_in_texts.html", facts)

    @admin.display(description=gettext_lazy("votes"))
    def numbers(self, poll: Poll) -> SafeString:
        facts = {"sheet": sheet_of(poll, list(poll.answers.counted())), "table": self.address("table", poll.pk)}
        return render_to_string("admin/participation/_numbers.html", facts)

    @page_at("<int:pk>/votes/")
    def table_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Each vote, and nothing of who gave it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        poll = get_object_or_404(Poll, pk=pk)
        kind = Case(When(user=None, then=Value("browser")), default=Value("reader"))
        rows = poll.ballots.order_by("pk").values_list("pk", "voted_at", kind, "answers__text")
        return download(f"poll-{poll.pk}", ["vote", "voted", "by", "answer"], rows)


def closings(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Planned]:
    """For the calendar of the desk."""
    if newsletter and request.user.has_perm("participation.view_poll"):
        for poll in newsletter.polls.closing()[:MOST_PLANNED]:
            if poll.closes_at:
                yield Planned(poll.closes_at, _("“%(title)s” closes") % {"title": poll}, change_page(poll))
