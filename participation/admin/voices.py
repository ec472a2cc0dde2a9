"""Readers' voices at the desk: whom to quote, who has said what to that, questions to be answered."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, PagedAdmin, ReadOnlyAdmin, change_page, drawn, is_number, page_at
from core.desk import Line
from newsletter.models import Issue, Publishable, Status
from newsletter.sayings import MOST_AT_ONCE, Saying, sayings, sources
from participation.admin.forms import AnswerForm, QuoteForm, unseen_issues
from participation.models import Question, State, Voice
from participation.voices import answering, quoting

SAID = re.compile(r"([a-z]{1,16})-(\d{1,18})")

words = drawn("participation/_voice", gettext_lazy("voice"))
stands = drawn("participation/_stands", gettext_lazy("state"))


@admin.register(Voice)
class VoiceAdmin(PagedAdmin, ReadOnlyAdmin, DeskAdmin):
    goes_along = True
    list_display = (words, stands, "issue", "asked_at")
    list_display_links = (words,)
    list_filter = ("state", "issue__newsletter")
    list_select_related = ("issue__newsletter", "reader")
    list_title = gettext_lazy("Readers’ voices, newest first")
    search_fields = ("quotation", "reader__display_name", "issue__title")
    search_help_text = gettext_lazy("Words that are quoted, the name of their reader, the title of the issue")
    fields = ("quotation", "reader", "issue", "state", "asked_at", "asked_by", "answer_until", "answered_at")

    @page_at("quote/")
    def quote_view(self, request: SignedInRequest) -> HttpResponse:
        """GET asks which words of what was said go where, POST puts them there and asks their authors."""
        require(request, "participation.add_voice", "newsletter.change_issue")
        said = said_in(request)
        refused = quoting.refuse(said)
        free = [saying for saying in said if saying.about not in refused]
        form = QuoteForm(request.POST or None, said=free, initial=chosen_issue(request))
        if form.is_valid():
            return self.quote(request, form)
        return self.show(request, "participation/quote", _("Quote readers"), form=form, refused=list(refused.values()))

    def quote(self, request: SignedInRequest, form: QuoteForm) -> HttpResponse:
        issue, until = form.cleaned_data["issue"], form.cleaned_data["until"]
        try:
            made = quoting.quote(issue, form.quotations, request.user, until)
        except quoting.NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            told = ngettext("%d reader is asked.", "%d readers are asked.", len(made)) % len(made)
            messages.success(request, told)
        return redirect(self.address("of", issue.pk))

    @page_at("of/<int:pk>/")
    def of_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """The voices of an issue, and what else was said since the last one. POST takes one out, or lists pieces."""
        require(request, "participation.view_voice", "newsletter.change_issue")
        issue = get_object_or_404(Issue.objects.select_related("newsletter"), pk=pk)
        since = quoting.said_since(issue)
        busiest = [piece for source in sources for piece in source.busiest(issue.newsletter, since)]
        if request.method == "POST":
            return self.change(request, issue, busiest)
        voices = quoting.with_sayings(issue.voices.select_related("reader"))
        quoted = {voice.about for voice, _saying in voices}
        lately = [saying for source in sources for saying in source.lately(issue.newsletter, since)]
        facts = {"thing": issue, "change_url": change_page(issue), "since": since, "voices": voices}
        facts |= {
            "busiest": [(value_of(piece), piece, count) for piece, count in busiest],
            "candidates": [each for each in lately if each.about not in quoted],
        }
        title = _("Readers’ voices in “%(issue)s”") % {"issue": issue}
        return self.show(request, "participation/voices", title, **facts)

    def change(self, request: SignedInRequest, issue: Issue, busiest: Any) -> HttpResponse:
        require(request, "participation.add_voice")
        if is_number(out := request.POST.get("out", "")):
            voice = get_object_or_404(Voice.objects.select_related("issue"), pk=out, issue=issue)
            quoting.take_out(voice, request.user)
            messages.success(request, _("It is taken out."))
        else:
            ticked = request.POST.getlist("piece")
            pieces = [(piece, count) for piece, count in busiest if value_of(piece) in ticked]
            quoting.list_pieces(issue, pieces, request.user)
            messages.success(request, _("The list is in the section, as text."))
        return redirect(request.path)

    @page_at("answer/")
    def answer_view(self, request: SignedInRequest) -> HttpResponse:
        """GET asks which article questions go to, POST puts them there and leads to it."""
        require(request, "participation.add_question", "newsletter.change_article", "newsletter.add_article")
        said = said_in(request)
        form = AnswerForm(request.POST or None)
        if form.is_valid():
            with transaction.atomic():
                article = form.article()
                made = answering.ask_in(article, said, request.user)
            told = ngettext("%d question is in it.", "%d questions are in it.", len(made)) % len(made)
            messages.success(request, told)
            return redirect(change_page(article))
        return self.show(request, "participation/answer", _("Answer readers in an article"), form=form, sayings=said)


@admin.register(Question)
class QuestionAdmin(PagedAdmin, ReadOnlyAdmin):
    goes_along = True
    list_display: Any = ("asked", "reader", "article", "told_at")
    list_filter = (("told_at", admin.EmptyFieldListFilter), "article__newsletter")
    list_select_related = ("article", "reader")
    search_fields = ("asked", "article__title", "reader__display_name")
    search_help_text = gettext_lazy("Words of the question, the title of the article, the name of the reader")
    fields = ("asked", "reader", "article", "told_at")


def value_of(piece: Publishable) -> str:
    """What its box sends when it is ticked."""
    return f"{piece._meta.model_name}-{piece.pk}"


def require(request: HttpRequest, *permissions: str) -> None:
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def said_in(request: HttpRequest) -> list[Saying]:
    """What `?said=comment-7` names, in that order; 404 where nothing of it may be shown."""
    asked = [SAID.fullmatch(each) for each in dict.fromkeys(request.GET.getlist("said"))]
    keys = [(found[1], int(found[2])) for found in asked if found][:MOST_AT_ONCE]
    found = sayings(keys)
    if not found:
        raise Http404
    return [found[key] for key in keys if key in found]


def chosen_issue(request: HttpRequest) -> dict[str, Any]:
    issue = request.GET.get("issue", "")
    return {"issue": int(issue)} if is_number(issue) and unseen_issues().filter(pk=issue).exists() else {}


def voice_lines(request: HttpRequest) -> Iterator[Line]:
    """For the front page: of each issue that is worked at, who has said no and who may still."""
    if not request.user.has_perm("participation.view_voice"):
        return
    now = timezone.now()
    unseen = Q(issue__status=Status.DRAFT) | Q(issue__published_at__gt=now)
    is_open = Q(state=State.ASKED) & (Q(answer_until=None) | Q(answer_until__gt=now))
    counted = Voice.objects.filter(unseen).order_by("issue").values("issue", title=F("issue__title"))
    for row in counted.annotate(
        no=Count("pk", filter=Q(state=State.REFUSED)),
        open=Count("pk", filter=is_open),
        last=Max("answer_until", filter=is_open),
    ):
        if said := list(answers_in_words(row)):
            url = reverse("admin:participation_voice_of", args=[row["issue"]])
            yield Line(_("Voices in “%(issue)s”: %(said)s") % {"issue": row["title"], "said": ", ".join(said)}, url)


def answers_in_words(row: Any) -> Iterator[str]:
    if row["no"]:
        yield ngettext("%d reader said no", "%d readers said no", row["no"]) % row["no"]
    if row["open"] and row["last"]:
        until = date_format(timezone.localtime(row["last"]), "SHORT_DATETIME_FORMAT")
        yield _("%(count)d can say no until %(date)s") % {"count": row["open"], "date": until}
    elif row["open"]:
        yield ngettext("%d reader was not reached", "%d readers were not reached", row["open"]) % row["open"]
