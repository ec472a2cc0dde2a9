"""What editors fill in when they quote or answer readers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.zones import in_zone
from newsletter.forms import issue_in_words
from newsletter.models import Article, Issue, Newsletter, Status
from newsletter.sayings import Saying
from participation.voices.answering import new_article
from participation.voices.excerpts import Misquoted, excerpt
from participation.voices.quoting import TIME_TO_ANSWER, Quotation


def unseen_issues() -> Any:
    """Those that readers cannot see yet, what is worked at first."""
    is_unseen = Q(status=Status.DRAFT) | Q(status=Status.PUBLISHED, published_at__gt=timezone.now())
    return Issue.objects.filter(is_unseen).select_related("newsletter").without_texts().order_by("status", "number")


class QuoteForm(forms.Form):
    """A field for each saying, with all of its words; and where they go."""

    fields: dict[str, Any]
    issue = forms.ModelChoiceField(
        Issue.objects.none(),
        label=gettext_lazy("Issue"),
        empty_label=None,
        help_text=gettext_lazy("It stands in its section for readers’ voices, which is made where there is none."),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("They can say no until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, said: Sequence[Saying], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = said
        self.fields["issue"].queryset = issues = unseen_issues()
        self.fields["issue"].label_from_instance = issue_in_words
        self.fields["issue"].initial = issues.first()
        self.fields["until"].initial = timezone.localtime(timezone.now() + TIME_TO_ANSWER)
        self.fields["until"].help_text = in_zone(_("Until then, or until they say yes, readers do not see it."))
        for saying in said:
            self.fields[field_of(saying)] = forms.CharField(
                label=saying.name or _("A reader"),
                required=False,
                initial=saying.text,
                widget=forms.Textarea(attrs={"rows": min(3 + len(saying.text) // 90, 10)}),
            )

    def texts(self) -> list[tuple[Saying, forms.BoundField]]:
        return [(saying, self[field_of(saying)]) for saying in self.said]

    def places(self) -> list[forms.BoundField]:
        return [self["issue"], self["until"]]

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until <= timezone.now():
            raise forms.ValidationError(_("Leave them some time."))
        return until

    def clean(self) -> None:
        self.quotations = []
        for saying in self.said:
            if words := self.cleaned_data.get(field_of(saying), "").strip():
                try:
                    self.quotations.append(Quotation(saying, excerpt(words, saying.text)))
                except Misquoted as error:
                    wrong = _("These are not their words, or not in this order: “%(words)s”.") % {"words": error}
                    self.add_error(field_of(saying), wrong)
        if not self.errors and not self.quotations:
            raise forms.ValidationError(_("Leave the words of at least one reader."))


def field_of(saying: Saying) -> str:
    return f"{saying.source}-{saying.key}"


class AnswerForm(forms.Form):
    """Which article questions go to: one that readers cannot see yet, or a new one."""

    fields: dict[str, Any]
    place = forms.ChoiceField(label=gettext_lazy("Article"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=250,
        help_text=gettext_lazy("Of a new article."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drafts = Article.objects.drafts().with_addresses().without_texts().order_by("-updated_at")[:50]
        self.places: dict[str, Any] = {
            **{f"issue-{each.pk}": each for each in unseen_issues()},
            **{f"newsletter-{each.pk}": each for each in Newsletter.objects.all()},
            **{f"article-{each.pk}": each for each in drafts},
        }
        self.fields["place"].choices = [(value, named(place)) for value, place in self.places.items()]
        self.fields["title"].initial = _("You asked")

    def clean(self) -> None:
        place = self.places.get(self.cleaned_data.get("place", ""))
        if place and not isinstance(place, Article) and not self.cleaned_data.get("title"):
            self.add_error("title", _("Give the new article a title."))

    def article(self) -> Article:
        """The one that was chosen, made where it is new."""
        place, title = self.places[self.cleaned_data["place"]], self.cleaned_data["title"]
        match place:
            case Article():
                return place
            case Issue():
                return new_article(place.newsletter, place, title)
        return new_article(place, None, title)


def named(place: Any) -> str:
    match place:
        case Issue():
            return _("A new article in %(issue)s") % {"issue": issue_in_words(place)}
        case Newsletter():
            return _("A new article of %(newsletter)s that stands alone") % {"newsletter": place}
    return _("The draft “%(title)s”") % {"title": place}
