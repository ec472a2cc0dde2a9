"""What an editor says who publishes in spite of errors."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.checking.finding import Finding


class ReasonForm(forms.Form):
    """Why something is published in spite of errors. Without any, nothing is asked."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is published in spite of the errors"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Kept in the history, with your name and what the errors were."),
    )

    def __init__(self, *args: Any, errors: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = errors

    @property
    def is_given(self) -> bool:
        return not self.found or self.is_valid()

    @property
    def note(self) -> str:
        """For the history."""
        if not self.found:
            return ""
        named = {"errors": " ".join(f"{each.thing}: {each.message}" for each in self.found), **self.cleaned_data}
        return _("in spite of errors, because: %(reason)s (%(errors)s)") % named
