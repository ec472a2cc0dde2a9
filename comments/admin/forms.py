"""The few things that moderators are asked, and what they are told beside the question."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from comments.models import Trust

#: Reasons that come up again and again, in words that an author can do something with.
REASONS = [
    _("It is not about what is discussed here."),
    _("It attacks people instead of what they say."),
    _("It advertises something."),
    _("It contains private data of somebody."),
    _("It may be against the law."),
    _("It repeats what was said already."),
]
LONGEST_OWN_WORDS = 200


class RefusalForm(forms.Form):
    """Why a comment or an edit is refused; the author reads it."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_OWN_WORDS,
        help_text=_("The author reads the reason and these words, and can appeal once."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), reason) for number, reason in enumerate(REASONS, start=1)]
        self.fields["reason"].choices = [("", _("No reason given")), *choices]  # type: ignore[attr-defined]

    @property
    def told(self) -> str:
        """What the author is told, in the site's language."""
        number = self.cleaned_data["reason"]
        with translation.override(settings.LANGUAGE_CODE):
            standard = str(REASONS[int(number) - 1]) if number else ""
        return f"{standard} {self.cleaned_data['words']}".strip()


class BanForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("For"),
        coerce=int,
        initial=7,
        choices=[(1, _("a day")), (7, _("7 days")), (30, _("30 days")), (365, _("a year"))],
        help_text=_("A ban always ends. Until then they can read, not write."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_("They see it when they try to write."),
    )

    @property
    def until(self) -> datetime:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])


class TrustForm(forms.Form):
    trust = forms.TypedChoiceField(
        label=_("Trust"),
        choices=Trust.choices,
        coerce=Trust,
        help_text=_("Later decisions about their comments can change it again."),
    )
