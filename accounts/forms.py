"""What people fill in about themselves."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import HEADLINE_LENGTH, NAME_LENGTH, clean_headline, clean_name
from accounts.pictures import MAX_BYTES, clean_picture
from core.languages import in_their_own_words
from core.limits import Limit, TooMany, wait_message
from core.mail.messages import normal, refuse_unusable
from core.zones import zones

PICTURES = Limit("pictures of a person", 10, 3600)


class AddressField(forms.EmailField):
    """An address as accounts are known by it, whatever its capitals."""

    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"label": _("E-mail address"), "max_length": 254, "validators": [refuse_unusable]}
        super().__init__(**defaults | kwargs)

    def clean(self, value: Any) -> str:
        return normal(super().clean(value))


class SignInForm(forms.Form):
    email = AddressField(widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}))
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Only if you have set one. Leave it empty, and a code comes by mail."),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        help_text=_("Eight letters from the mail; capitals, spaces and dashes do not matter."),
    )


class NameForm(forms.Form):
    """Name and headline of `user`, cleaned as `accounts.names` says."""

    display_name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As others see it beside what you write."),
    )
    headline = forms.CharField(
        label=_("Headline"),
        required=False,
        max_length=HEADLINE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        help_text=_("Who you are, in one line: “Reader in comparative law, Lisbon”. You may leave it empty."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(user, name) for name in ("display_name", "headline", "language", "time_zone")}

    def clean_display_name(self) -> str:
        return clean_name(self.cleaned_data["display_name"], user=self.user)

    def clean_headline(self) -> str:
        return clean_headline(self.cleaned_data["headline"], user=self.user)


class ProfileForm(NameForm):
    #: Seconds to wait with another picture; 0 where it was taken.
    wait = 0

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        help_text=_("For mail to you."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, choices=zones, help_text=_("For the times at the desk.")
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
        help_text=_("Up to 10 MB; its middle is cut out as a square, and camera and position data are removed."),
    )
    remove_picture = forms.BooleanField(label=_("Show my initials instead of the picture"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        languages = [("", _("The site’s own")), *in_their_own_words(user.language)]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        if not user.is_staff:
            del self.fields["time_zone"]
        if not user.picture:
            del self.fields["remove_picture"]

    def clean_picture(self) -> ContentFile | None:
        upload = self.cleaned_data["picture"]
        if upload and upload.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB. Save the picture smaller and try again."))
        if not upload:
            return None
        try:
            PICTURES.spend(self.user.pk)
            return clean_picture(upload)
        except TooMany as limit:
            self.wait = limit.retry_after
            raise forms.ValidationError(wait_message(self.wait)) from limit

    def changes(self) -> dict[str, Any]:
        """What is to be stored; the picture only if it was replaced or removed."""
        names = {"display_name", "headline", "language", "time_zone"}
        values = {name: self.cleaned_data[name] for name in names & self.cleaned_data.keys()}
        if self.cleaned_data["picture"]:
            return values | {"picture": self.cleaned_data["picture"]}
        return values | ({"picture": ""} if self.cleaned_data.get("remove_picture") else {})


class DeletionForm(forms.Form):
    words = forms.ChoiceField(
        label=_("What you have published here"),
        choices=[("keep", _("Keep it, without my name")), ("remove", _("Remove it as well"))],
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("Your e-mail address, to confirm"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_address(self) -> str:
        address = normal(str(self.cleaned_data["address"]))
        if address != self.user.email:
            raise forms.ValidationError(_("This is not the address of your account. Nothing has been deleted."))
        return address

    def clean(self) -> dict[str, Any] | None:
        if (
            self.user.is_superuser
            and not User.objects.staff().filter(is_superuser=True).exclude(pk=self.user.pk).exists()
        ):
            raise forms.ValidationError(_("You are the site’s only owner. Make somebody else one first."))
        return super().clean()
