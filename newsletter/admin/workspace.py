"""The page of an issue as one workspace: its contents in order, what lacks, new articles in one line. Without scripts
each button saves the whole page; scripts send the same names to `contents/` and get the contents anew."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import locking
from core.admin import page_at
from newsletter.admin.publishing import PublishableAdmin
from newsletter.admin.several import SeveralForm, several_of
from newsletter.admin.states import state_word
from newsletter.arranging import LAST, Place, arrange, section_called, step
from newsletter.checking import findings
from newsletter.forms import NewArticleForm, SectionForm
from newsletter.models import Article, Issue, Picture, Section
from newsletter.models.revisions import with_working_copies
from newsletter.models.slugs import next_slug
from newsletter.rendering import render_articles

#: The field for the place of a line: its article, and the place that the page showed.
PLACE = re.compile(r"place-(\d+)-(\d+)")
#: Buttons of the page that save it and stay.
STAYING = {"_add", "_arrange", "_up", "_down"}


@dataclass(frozen=True, slots=True)
class Line:
    """An article in its place among those of its section; 1 is first."""

    article: Article
    number: int
    state: str
    warnings: list[str]

    @property
    def picture(self) -> Picture | None:
        """Reads the prefetched `lead_picture` and `pictures`."""
        return self.article.lead_picture or next(iter(self.article.pictures.all()), None)


@dataclass(frozen=True, slots=True)
class Group:
    """The articles of a section, or those before the first one; `form` is the section's, on the page of its issue."""

    section: Section | None
    lines: list[Line]
    form: ModelForm | None = None


def groups(issue: Issue, forms: Mapping[int, ModelForm] | None = None) -> list[Group]:
    """The contents of an issue in order, each article with what lacks; empty sections too."""
    prefetch_related_objects([issue], "sections")
    warnings: dict[Any, list[str]] = defaultdict(list)
    for finding in findings(issue, thorough=False):
        warnings[finding.thing].append(finding.message)
    rows: dict[int | None, list[Line]] = defaultdict(list)
    articles = with_working_copies(issue.articles.without_texts().in_reading_order())
    for article in articles.prefetch_related("lead_picture", "pictures"):
        row = rows[article.section_id]
        row.append(Line(article, len(row) + 1, state_word(article), warnings[article]))
    known = forms or {}
    sections = [Group(each, rows[each.pk], known.get(each.pk)) for each in issue.sections.all()]
    return [Group(None, rows[None]), *sections]


class SectionInline(admin.TabularInline):
    model = Section
    form = SectionForm
    template = ""
    fields = ("title", "intro", "position")
    extra = 1


class NewArticleInline(admin.TabularInline):
    """Lines for new articles. Those that are there stand in the contents, and have pages of their own."""

    model = Article
    form = NewArticleForm
    template = ""
    verbose_name_plural = gettext_lazy("new articles")
    fields = ("source_url", "title", "source_name", "source_language", "section_name", "kind", "body")
    can_delete = False
    extra = 3

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).none()

    def get_formset(self, request: HttpRequest, obj: Issue | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        last = Section.objects.filter(issue=obj.pk if obj else None).last()
        fields: dict[str, Any] = formset.form.base_fields
        fields["kind"].initial, fields["section_name"].initial = Article.Kind.ITEM, last.title if last else ""
        return formset


class WorkspaceAdmin(PublishableAdmin):
    """What an issue's page does with its contents."""

    inlines = (SectionInline, NewArticleInline)

    @page_at("<int:pk>/contents/")
    def contents_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The contents of an issue, after a POST with what it changed; what is refused comes back with status 400."""
        issue = self.fetch(request, pk)
        if not self.may_arrange(request, issue):
            raise PermissionDenied
        inline = NewArticleInline(Issue, self.admin_site)
        lines = partial(inline.get_formset(request, issue), instance=issue, queryset=inline.get_queryset(request))
        adding = lines(request.POST if "_add" in request.POST else None)
        is_refused = adding.is_bound and not adding.is_valid()
        current = request.GET.get("current", "")
        told: list[int] = []
        remarks: list[str] = []
        if request.method == "POST" and not is_refused:
            with transaction.atomic():
                moved, remarks = wishes_of(request.POST, issue)
                arrange(issue, moved)
                self.save_formset(request, ModelForm, adding, change=True) if adding.is_bound else None
            told = [*moved, *(each.pk for each in getattr(adding, "new_objects", []))]
            adding = lines()
        context = {"original": issue, "groups": groups(issue), "adding": adding, "may_arrange": True}
        context |= {
            "moved": told,
            "remarks": remarks,
            "current": issue.articles.filter(pk=current).first() if current.isdecimal() else None,
        }
        status = 400 if is_refused else 200
        return TemplateResponse(request, "admin/newsletter/issue/_contents.html", context, status=status)

    def may_arrange(self, request: HttpRequest, issue: Issue | None) -> bool:
        needed = ["newsletter.add_article", "newsletter.change_article"]
        return self.has_change_permission(request, issue) and request.user.has_perms(needed)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        issue = context["original"]
        if self.may_arrange(request, issue):
            formsets = {each.formset.model: each.formset for each in context["inline_admin_formsets"]}
            context |= {"sections": formsets.get(Section), "adding": formsets.get(Article), "may_arrange": True}
            context |= {
                "several": SeveralForm(initial=request.POST.dict(), auto_id="id_several_%s"),
                "chosen": request.POST.getlist("chosen"),
            }
        forms = {form.instance.pk: form for form in context["sections"].initial_forms} if "sections" in context else {}
        context["groups"] = groups(issue, forms) if issue else []
        return super().render_change_form(request, context, *args, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Article:
            return super().save_formset(request, form, formset, change)
        formset.save(commit=False)
        lines = [each for each in formset.extra_forms if each.has_changed()]
        return store_new(formset.instance, lines) if lines else None

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        moved = {each.instance.pk: each.instance.position for each in formsets[0] if "position" in each.changed_data}
        wishes, remarks = wishes_of(request.POST, form.instance)
        arrange(form.instance, wishes, moved)
        for remark in remarks:
            messages.warning(request, remark)

    def next_page(self, request: Any, thing: Any, *, is_new: bool) -> Any:
        """One stays in the workspace of a new issue, and where a button of its contents was pressed."""
        stays = is_new or STAYING & request.POST.keys()
        if "_several" in request.POST:
            return several_of(request)
        here = HttpResponseRedirect(f"{self.address('change', thing.pk)}#contents") if stays else None
        return super().next_page(request, thing, is_new=is_new) or here


def wishes_of(data: Mapping[str, str], issue: Issue) -> tuple[dict[int, Place], list[str]]:
    """Where lines are wanted: one step up or down, dropped at a place, or with another number than the page showed.
    Also what the editor should know, in sentences."""
    for button, by in (("_up", -1), ("_down", 1)):
        if data.get(button, "").isdecimal():
            return step(issue, int(data[button]), by), []
    typed = {found[1]: data[name] for name in data if (found := PLACE.fullmatch(name)) and data[name] != found[2]}
    if data.get("_move", "").isdecimal():
        typed = {data["_move"]: data.get("place", "")}
    there: dict[str, int | None]
    there = {str(pk): section for pk, section in issue.articles.filter(pk__in=typed).values_list("pk", "section")}
    if "section" in data:
        there = dict.fromkeys(there, int(data["section"]) if data["section"].isdecimal() else None)
    odd = [_("“%s” is no place: 1 is the first one.") % number for number in typed.values() if not number.isdecimal()]
    gone = _("An article that you moved is not in this issue any more.")
    wishes = {int(pk): Place(there[pk], int(typed[pk])) for pk in there if typed[pk].isdecimal()}
    return wishes, [*odd, *([gone] if typed.keys() - there.keys() else [])]


@transaction.atomic
def store_new(issue: Issue, lines: list[NewArticleForm]) -> None:
    """Store new articles as they stand on the page, at the end of their sections; a section's new name makes it."""
    locking.lock(Issue.objects.filter(pk=issue.pk))
    taken = set(issue.articles.values_list("slug", flat=True))
    sections: dict[str, Section | None] = {}
    for line in lines:
        article, name = line.instance, line.cleaned_data["section_name"]
        if name not in sections:
            sections[name] = section_called(issue, name)
        article.issue, article.newsletter_id = issue, issue.newsletter_id
        article.section, article.position = sections[name], LAST
        article.slug = next_slug(article.title, taken, Article, otherwise=article.kind)
    articles = Article.objects.bulk_create(line.instance for line in lines)
    render_articles(articles, are_new=True)
    arrange(issue)
