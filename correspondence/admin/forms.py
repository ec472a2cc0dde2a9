"""What editors fill in at a thread."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from correspondence.models import Letter
from participation.models.tips import Credit

LONGEST_ANSWER = 20_000


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto", "data-key": "r"}),
        help_text=gettext_lazy("It goes out as it stands here, as plain text. What you answer is quoted below it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


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
