"""Rules, tried on what was written lately before they go to work."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comments import screening
from comments.models import Comment, ModerationEvent, Rule
from comments.words import marked, places, plain_words
from newsletter.admin.keeping import KeepingAdmin

#: How many of the hits are shown; all are counted.
SHOWN = 50
#: How many characters stand before what matched, where a text is long.
LEAD = 120
ROUGHLY = 400


class RuleForm(ModelForm):
    """Valid when its values are the very ones that were tried."""

    @property
    def digest(self) -> str:
        """What was filled in, as one short word."""
        values = [f"{name}={self[name].data}" for name in RuleAdmin.fields]
        return sha256("\n".join(values).encode()).hexdigest()

    def is_valid(self) -> bool:
        return super().is_valid() and self.data.get("rehearsed") == self.digest


@admin.register(Rule)
class RuleAdmin(KeepingAdmin):
    """Saving takes two steps: see what the rule would have caught, then save it as it was tried."""

    form = RuleForm
    change_form_template = "admin/comments/rule.html"
    list_display = ("name", "kind", "outcome", "spares_trusted", "is_on")
    list_filter = ("kind", "outcome", "is_on")
    search_fields = ("name", "words")
    fields = ("name", "kind", "words", "most_links", "outcome", "spares_trusted", "is_on")
    actions = None

    class Media:
        css: ClassVar = {"all": ["admin/moderation.css"]}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form again, filled in as it was, with what the rule would have caught, once it is free of mistakes."""
        form = context["adminform"].form
        if form.is_bound and not form.errors:
            hits = screening.rehearse(form.instance)
            context |= {"title": _("Try a rule"), "rehearsed": form.digest, "tried": screening.REHEARSED}
            context |= {"hit_count": len(hits), "hits": [Hit(hit, match) for hit, match in hits[:SHOWN]]}
        return super().render_change_form(request, context, *args, **kwargs)

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


@dataclass(frozen=True, slots=True)
class Hit:
    """A comment that a rule would have caught, and what in it."""

    comment: Comment
    match: str

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
