"""Rules, tried on what was written lately before they go to work."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from comments import screening
from comments.admin.columns import state_word
from comments.models import Comment, ModerationEvent, Rule
from comments.words import marked, places, plain_words

#: How many of the hits are shown; all are counted.
SHOWN = 50
#: How many characters stand before what matched, where a text is long.
LEAD = 120
ROUGHLY = 400


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    """Saving takes two steps: see what the rule would have caught, then save it as it was tried."""

    change_form_template = "admin/comments/rule.html"
    list_display = ("name", "kind", "outcome", "spares_trusted", "is_on")
    list_filter = ("kind", "outcome", "is_on")
    search_fields = ("name", "words")
    fields = ("name", "kind", "words", "most_links", "outcome", "spares_trusted", "is_on")
    actions = None

    class Media:
        css: ClassVar = {"all": ["admin/moderation.css"]}

    def changeform_view(
        self,
        request: Any,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A POST shows the rehearsal, until one comes with the very values that were rehearsed."""
        if request.method == "POST" and request.POST.get("rehearsed") != digest(request):
            rule = self.changing(request, object_id)
            form = self.get_form(request, rule, change=bool(rule))(request.POST, instance=rule)
            if form.is_valid():
                return self.rehearsal(request, form, rule)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def changing(self, request: HttpRequest, object_id: str | None) -> Rule | None:
        """The rule to be changed, None for a new one; for those alone who may do that."""
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        rule = self.get_object(request, unquote(object_id))
        if rule is None:
            raise Http404
        if not self.has_change_permission(request, rule):
            raise PermissionDenied
        return rule

    def rehearsal(self, request: HttpRequest, form: ModelForm, rule: Rule | None) -> HttpResponse:
        """The form again, filled in as it was, with what the rule would have caught. Nothing is saved."""
        hits = screening.rehearse(form.instance)
        fieldsets: Any = self.get_fieldsets(request, rule)
        fields = AdminForm(form, fieldsets, {}, (), self)
        context = self.admin_site.each_context(request) | {"adminform": fields, "media": self.media + fields.media}
        context |= {"title": _("Try a rule"), "original": rule, "inline_admin_formsets": [], "errors": []}
        context |= {"is_popup": False, "object_id": str(rule.pk) if rule else None, "rehearsed": digest(request)}
        context |= {"hit_count": len(hits), "tried": screening.REHEARSED}
        context["hits"] = [Hit(hit, match) for hit, match in hits[:SHOWN]]
        return self.render_change_form(request, context, add=rule is None, change=rule is not None, obj=rule)

    def save_model(self, request: Any, obj: Rule, form: ModelForm, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self.record(request, obj, ", ".join(form.changed_data))

    def delete_model(self, request: Any, obj: Rule) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            self.record(request, obj, _("Deleted"))

    def record(self, request: Any, rule: Rule, note: str) -> None:
        changed = ModerationEvent.Action.RULE_CHANGED
        ModerationEvent.objects.create(action=changed, actor=request.user, rule=rule.name, note=note)


def digest(request: HttpRequest) -> str:
    """What was filled in, as one short word, to tell whether it is what was tried."""
    values = [f"{name}={request.POST.getlist(name)}" for name in RuleAdmin.fields]
    return sha256("\n".join(values).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Hit:
    """A comment that a rule would have caught, and what in it."""

    comment: Comment
    match: str

    @property
    def state(self) -> SafeString:
        return state_word(self.comment)

    @property
    def who(self) -> list[tuple[str, bool]]:
        """Name and headline, which rules look at too, in marked pieces."""
        return marked(f"{self.comment.name} {self.comment.headline}", self.match)

    @property
    def words(self) -> list[tuple[str, bool]]:
        """The part of the text around what matched, in marked pieces."""
        body, start = self.comment.body, 0
        for begin, _end in places(body, plain_words(self.match)):
            start = body.rfind(" ", 0, max(begin - LEAD, 0)) + 1
            break
        return marked(
            "…" * (start > 0) + body[start : start + ROUGHLY] + "…" * (len(body) > start + ROUGHLY), self.match
        )
