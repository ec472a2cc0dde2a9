"""What editors fill in at a thread."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.forms import as_typed
from correspondence.models import Letter
from participation.models.tips import Credit
from participation.voices.excerpts import Misquoted, excerpt, plain

LONGEST_ANSWER = 20_000


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto", "data-key": "r"}),
        help_text=gettext_lazy("It goes out as it stands here, as plain text. What you answer is quoted below it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_text(self) -> str:
        """With line ends as they were typed, before the browser made two signs of each."""
        return as_typed(self.cleaned_data["text"])


class OfferForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Words of the letter"),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=gettext_lazy(
            "Cut what you like, and put “…” where something is missing: only their own words count, in their order."
        ),
    )

    def __init__(self, data: Any, letter: Letter) -> None:
        super().__init__(data, initial={"words": letter.text})
        self.letter = letter

    def clean_words(self) -> str:
        """The whole letter as it is, or an excerpt."""
        words = as_typed(self.cleaned_data["words"])
        if plain(words) == plain(self.letter.text):
            return self.letter.text
        try:
            return excerpt(words, self.letter.text)
        except Misquoted as error:
            wrong = _("These are not their words, or not in this order: “%(words)s”.") % {"words": error}
            raise forms.ValidationError(wrong) from error


class TipForm(forms.Form):
    credit = forms.ChoiceField(
        label=gettext_lazy("May we say whom we have it from?"),
        choices=[
            (Credit.NONE, gettext_lazy("They have not said so: name them nowhere")),
            (Credit.NAME, gettext_lazy("They have said so: by their name")),
        ],
        initial=Credit.NONE,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("If you do not know, ask them in an answer first."),
    )

    def __init__(self, data: Any, letter: Letter) -> None:
        super().__init__(data)
        if not letter.name:
            del self.fields["credit"]
