"""What people fill in to get newsletters, and to change how."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mailing.models.subscribers import normal
from newsletter.models import Newsletter

#: Where the form stands that somebody used; kept with their consent.
PLACES = frozenset({"newsletter", "issue", "article", "comment", "subscribe"})
NAME_LENGTH = 80
A_MONTH = timedelta(days=30)


class NewsletterField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        newsletters = Newsletter.objects.order_by("title")
        widget = forms.CheckboxSelectMultiple
        super().__init__(newsletters, to_field_name="slug", label=_("Newsletters"), widget=widget, **kwargs)


class AskForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("A mail goes there with a link to confirm. Your address is shown to nobody and given to nobody."),
    )
    newsletter = NewsletterField(error_messages={"required": _("Choose at least one newsletter.")})
    # People do not see it; whatever fills it in is no person.
    website = forms.CharField(required=False)
    place = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newsletters = list(Newsletter.objects.all()[:2])
        if len(newsletters) == 1:
            self.fields["newsletter"].initial = [newsletters[0].slug]

    def clean_email(self) -> str:
        return normal(self.cleaned_data["email"])

    def clean_place(self) -> str:
        return self.cleaned_data["place"] if self.cleaned_data["place"] in PLACES else "subscribe"
