"""What people fill in to get newsletters, and to change how."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.languages import in_their_own_words
from core.mail.messages import normal, refuse_unusable
from mailing.lists.preferring import A_MONTH, Preferences
from mailing.models import Subscriber
from newsletter.models import Newsletter

#: Where the form stands that somebody used; kept with their consent.
PLACES = frozenset({"newsletter", "issue", "article", "comment", "subscribe"})


class NewsletterField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        newsletters = Newsletter.objects.order_by("title")
        widget = forms.CheckboxSelectMultiple
        super().__init__(newsletters, to_field_name="slug", label=_("Newsletters"), widget=widget, **kwargs)

    def label_from_instance(self, obj: Newsletter) -> str:
        return f"{obj.title} – {obj.tagline}" if obj.tagline else obj.title


def email_field(label: Any, help_text: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    checks = [refuse_unusable]
    return forms.EmailField(label=label, max_length=254, widget=widget, help_text=help_text, validators=checks)


class AskForm(forms.Form):
    email = email_field(
        _("E-mail address"),
        _("A mail goes there with a link to confirm. Your address is shown to nobody and given to nobody."),
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


class PreferencesForm(forms.Form):
    """How somebody gets their newsletters. Nobody but the owner of the address fills it in."""

    newsletter = NewsletterField(required=False)
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As mail is addressed to you. You may leave it empty."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, help_text=_("For mail about your subscription."))
    pause = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("No issue comes before that day. Leave it empty to get everything."),
    )

    def __init__(self, *args: Any, subscriber: Subscriber, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subscriber = subscriber
        languages = [("", _("The newsletter’s own")), *in_their_own_words(subscriber.language)]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        had = subscriber.subscriptions.confirmed().values_list("newsletter__slug", flat=True) if subscriber.pk else []
        self.initial = {
            "newsletter": list(had),
            "name": subscriber.name,
            "language": subscriber.language,
            "pause": timezone.localdate(subscriber.paused_until) if subscriber.is_paused else None,
        }

    def clean_name(self) -> str:
        """On one line, so that it adds no header to a mail."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_pause(self) -> date | None:
        day = self.cleaned_data["pause"]
        if day and day <= timezone.localdate():
            raise ValidationError(_("This day is over. Choose a later one, or none."))
        return day

    def choices(self) -> Preferences:
        facts = self.cleaned_data
        day = timezone.localdate() + A_MONTH if "month" in self.data else facts["pause"]
        paused_until = timezone.make_aware(datetime.combine(day, time())) if day else None
        return Preferences(list(facts["newsletter"]), facts["name"], facts["language"], paused_until)


class AddressForm(forms.Form):
    email = email_field(
        _("New e-mail address"),
        _("A mail goes there with a link to confirm. Until then everything stays as it is."),
    )


class OwnerForm(forms.Form):
    """Whoever was forwarded a mail has its link as well; they are not the person."""

    address = forms.CharField(label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    refusal = _("This is not the address that the mail comes to.")

    def __init__(self, *args: Any, subscriber: Subscriber, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subscriber = subscriber

    def clean_address(self) -> str:
        if normal(self.cleaned_data["address"]) != self.subscriber.email:
            raise ValidationError(self.refusal)
        return self.subscriber.email


class ErasureForm(OwnerForm):
    address = forms.CharField(
        label=_("Your e-mail address, to confirm"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    refusal = _("This is not the address that the mail comes to. Nothing has been erased.")
