"""Threads: what a reader and the editors have written to each other, and what can be made of it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.requests import SignedInRequest
from comments.models import Comment
from core.admin import PagedAdmin, by_choice, change_page, drawn, is_number, page_at
from core.differing import difference
from core.models import OutgoingMail
from correspondence.admin.forms import AnswerForm, OfferForm, TipForm
from correspondence.desk import offering, tipping, writing
from correspondence.models import Letter, Thread
from mailing.models import Subscriber
from newsletter.admin.keeping import SHOWN, KeepingAdmin
from newsletter.keeping import WINDOW, new_row, others
from newsletter.models import Issue, KeptForm
from participation.models.tips import Credit

#: Letters on one page of a thread; those of them that stand open, the newest.
ON_A_PAGE, OPEN = 40, 3

last = Letter.objects.filter(thread=OuterRef("pk")).order_by("-pk")

WaitsFilter = by_choice(
    "waits",
    gettext_lazy("what waits"),
    editors=(gettext_lazy("for an answer"), lambda rows: rows.filter(is_open=True)),
    reader=(
        gettext_lazy("for the reader’s yes"),
        lambda rows: rows.filter(pk__in=Letter.objects.filter(state=Letter.State.OFFERED).values("thread")),
    ),
    nobody=(gettext_lazy("for nothing"), lambda rows: rows.filter(is_open=False)),
)


class AboutFilter(admin.SimpleListFilter):
    """An issue to which other pages lead."""

    title = gettext_lazy("what is answered")
    parameter_name = "issue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        asked = request.GET.get("issue", "")
        issues = Issue.objects.filter(pk=asked) if is_number(asked) else ()
        return [(issue.pk, str(issue)) for issue in issues]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not is_number(self.value()):
            return queryset
        answers = Letter.objects.by_readers().about(Issue.objects.filter(pk=self.value() or 0))
        return queryset.filter(pk__in=answers.values("thread"))


@admin.register(Thread)
class ThreadAdmin(PagedAdmin, KeepingAdmin):
    """Nobody edits what was written; to delete a thread is to delete all of it."""

    list_display: Any = (
        drawn("correspondence/columns/_reader", gettext_lazy("reader")),
        drawn("correspondence/columns/_last", gettext_lazy("last letter")),
        drawn("correspondence/columns/_waits", gettext_lazy("state")),
    )
    list_filter: ClassVar[Any] = (WaitsFilter, AboutFilter, "newsletter")
    list_select_related = ("newsletter",)
    list_title = gettext_lazy("Letters, what waits first")
    search_fields = ("email__istartswith", "name__istartswith")
    search_help_text = gettext_lazy("The beginning of an address or a name")
    ordering: ClassVar = ["-is_open", "-last_at", "-pk"]
    actions: Any = ()

    class Media:
        css: ClassVar = {"all": ["admin/letters.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        facts = {f"last_{name}": Subquery(last.values(name)[:1]) for name in ("text", "state", "by__display_name")}
        return rows.annotate(**facts)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET shows a thread, or goes on with an answer that was kept (`?kept=`); POST answers it or decides."""
        thread = self.fetch(request, object_id)
        decision = self.decisions.get(request.POST.get("decision", ""))
        return decision(self, request, thread) if request.method == "POST" and decision else self.open(request, thread)

    def open(self, request: SignedInRequest, thread: Thread, *_arguments: Any) -> HttpResponse:
        own = KeptForm.objects.with_words().filter(user=request.user, path=request.path)
        number, row = request.GET.get("kept", ""), new_row(request)
        kept = own.filter(pk=number).first() if is_number(number) else None
        if kept:
            kept.window = row.window  # the one in which it was opened may still be there
            row = kept
        row.save()
        initial = {"text": row.words.get("text", "")}
        return self.show_thread(request, thread, row, AnswerForm(initial=initial), offers=[] if kept else own[:SHOWN])

    def show_thread(
        self, request: SignedInRequest, thread: Thread, row: KeptForm, form: AnswerForm, **context: Any
    ) -> HttpResponse:
        before = request.GET.get("before", "")
        letters, has_older = page_of(thread, int(before) if is_number(before) else None)
        form.initial["seen"] = letters[-1].pk if letters else 0
        context["offers"] = [(each, written(each)) for each in context.get("offers", ())]
        context |= {"thread": thread, "letters": with_mails(letters), "form": form, "window": row.window}
        context |= {"before": before, "older": letters[0].pk if has_older else None, "others": others(row)}
        context |= {
            "objection": writing.objection_to(thread.email),
            "next": next_waiting(thread),
            **known_of(thread),
        }
        context |= {"may_tip": request.user.has_perm("participation.change_tip")}
        return self.show(request, "correspondence/thread", str(thread), **context)

    def send(self, request: SignedInRequest, thread: Thread) -> HttpResponse:
        """Whatever hinders it, what was written stays."""
        row = KeptForm.objects.of_window(request.path, request.POST.get(WINDOW, "")) or new_row(request)
        form, why = AnswerForm(request.POST), ""
        try:
            if form.is_valid():
                writing.answer(thread, request.user, form.cleaned_data["text"], form.cleaned_data["seen"])
                row.keep(None)
                self.message_user(request, _("Your answer is on its way."), messages.SUCCESS)
                return redirect(request.path)
        except (writing.Overtaken, writing.Refused) as hindrance:
            why = str(hindrance)
        row.keep(request.POST)
        form = AnswerForm(initial={"text": request.POST.get("text", "")}) if why else form
        page = self.show_thread(request, thread, row, form, why=why)
        page.status_code = 409 if why else 200
        return page

    def close(self, request: SignedInRequest, thread: Thread) -> HttpResponse:
        seen = request.POST.get("seen", "")
        try:
            writing.close(thread, request.user, int(seen) if is_number(seen) else 0)
        except writing.Overtaken as hindrance:
            self.message_user(request, str(hindrance), messages.WARNING)
            return redirect(request.path)
        self.message_user(request, _("It needs no answer. A new letter opens it again."), messages.SUCCESS)
        following = next_waiting(thread)
        return redirect(change_page(following) if following else self.address("changelist"))

    def reopen(self, request: SignedInRequest, thread: Thread) -> HttpResponse:
        writing.reopen(thread)
        self.message_user(request, _("It waits for an answer again."), messages.SUCCESS)
        return redirect(request.path)

    decisions: ClassVar[dict[str, Callable[..., HttpResponse]]] = {"send": send, "close": close, "reopen": reopen}

    @page_at("letter/<int:pk>/offer/")
    def offer_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """GET asks which words may be a comment, POST asks their reader."""
        letter = self.letter(request, pk)
        form = OfferForm(request.POST or None, letter)
        if form.is_valid():
            try:
                offering.offer(letter, form.cleaned_data["words"], request.user)
            except writing.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                told = _("%(name)s is asked by mail. Nothing is shown before they say yes.")
                return self.done(request, letter, told % {"name": letter.thread})
        context = {"letter": letter, "form": form, "place": offering.place_in(letter)}
        context |= {"obstacle": offering.obstacle(letter), "days": offering.TIME_TO_ANSWER.days}
        return self.show(request, "correspondence/offer", _("Make this a comment"), thing=letter.thread, **context)

    @page_at("letter/<int:pk>/tip/")
    def tip_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """GET asks how its reader is credited, POST makes a tip of it."""
        letter = self.letter(request, pk)
        if not request.user.has_perm("participation.change_tip"):
            raise PermissionDenied
        form = TipForm(request.POST if request.method == "POST" else None, letter)
        if form.is_valid():
            try:
                tip = tipping.make_tip(letter, Credit(form.cleaned_data.get("credit", Credit.NONE)), request.user)
            except writing.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                link = format_html('<a href="{}">{}</a>', change_page(tip), tip)
                return self.done(request, letter, format_html(_("A tip now: {}"), link))
        return self.show(
            request, "correspondence/tip", _("Make this a tip"), thing=letter.thread, letter=letter, form=form
        )

    def letter(self, request: HttpRequest, pk: int) -> Letter:
        """A reader's. Raises Http404 or PermissionDenied."""
        letters = Letter.objects.by_readers().with_places().select_related("thread", "user", "subscriber")
        letter = get_object_or_404(letters.exclude(thread=None), pk=pk)
        self.fetch(request, letter.thread_id)
        return letter

    def done(self, request: HttpRequest, letter: Letter, words: str) -> HttpResponse:
        self.message_user(request, words, messages.SUCCESS)
        return redirect(change_page(letter.thread))


def page_of(thread: Thread, before: int | None) -> tuple[list[Letter], bool]:
    """The newest letters of a thread, or those before one, in order; and whether there are older ones."""
    letters = thread.letters.with_places().order_by("-pk")
    found = list((letters.filter(pk__lt=before) if before else letters)[: ON_A_PAGE + 1])
    return found[:ON_A_PAGE][::-1], len(found) > ON_A_PAGE


def with_mails(letters: list[Letter]) -> list[tuple[Letter, OutgoingMail | None, bool]]:
    """Each with what became of its mail, as long as that is known, and whether it stands open: the newest, and what
    nobody has answered."""
    sent = [letter.message_id for letter in letters if letter.is_sent]
    mails = {mail.message_id: mail for mail in OutgoingMail.objects.filter(message_id__in=sent)}
    answered = max((at for at, each in enumerate(letters) if each.is_sent), default=0)
    opened = min(answered, len(letters) - OPEN)
    return [(letter, mails.get(letter.message_id), at >= opened) for at, letter in enumerate(letters)]


def written(row: KeptForm) -> SimpleNamespace:
    """What was kept, as `admin/_kept.html` shows it."""
    pieces = difference("", row.words.get("text", ""))
    return SimpleNamespace(differences=[SimpleNamespace(label=_("Your answer"), pieces=pieces)])


def next_waiting(thread: Thread) -> Thread | None:
    """In the order of the list; from the last on to the first."""
    waiting = Thread.objects.filter(is_open=True).exclude(pk=thread.pk).order_by("-last_at", "-pk")
    return waiting.filter(last_at__lte=thread.last_at).first() or waiting.first()


def known_of(thread: Thread) -> dict[str, Any]:
    """Who they are."""
    subscriber = Subscriber.objects.filter(email=thread.email).prefetch_related("subscriptions__newsletter").first()
    reader = thread.user or User.objects.filter(email=thread.email).first()
    elsewhere = Thread.objects.filter(email=thread.email).exclude(pk=thread.pk).select_related("newsletter")
    written = Comment.objects.approved().filter(author=reader).count() if reader else 0
    return {"subscriber": subscriber, "reader": reader, "written": written, "elsewhere": elsewhere}
