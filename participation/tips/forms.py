"""What a reader fills in to send a tip. A few words or an address are enough."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.mail.messages import one_line
from newsletter.models import Issue, Newsletter
from participation.models import Tip
from participation.models.tips import LONGEST_TEXT, Credit
from participation.tips.links import LONGEST, first_address, tidy


class TipForm(forms.Form):
    newsletter = forms.ModelChoiceField(
        Newsletter.objects.filter(takes_tips=True).order_by("title"),
        to_field_name="slug",
        label=gettext_lazy("For"),
        empty_label=None,
    )
    issue = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What have you seen?"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("A sentence will do: what it is, and why others should know."),
    )
    link = forms.CharField(
        label=gettext_lazy("Where is it found?"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=gettext_lazy("The address of a page, if there is one."),
    )
    picture = forms.FileField(
        label=gettext_lazy("A picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
        help_text=gettext_lazy("One that you made yourself. Nobody but the editors sees it until it is printed."),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("We write when your tip appears. It is shown to nobody and given to nobody."),
    )
    credit = forms.ChoiceField(
        label=gettext_lazy("May we say whom we have it from?"),
        choices=Credit.choices,
        initial=Credit.NAME,
        widget=forms.RadioSelect,
    )
    credit_name = forms.CharField(label=gettext_lazy("The other name"), required=False, max_length=80)
    # People do not see it; whatever fills it in is no person.
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def clean_link(self) -> str:
        """Also as people say it, without https://"""
        typed = self.cleaned_data["link"].strip()
        found = tidy(typed if "://" in typed else f"https://{typed}") if typed else ""
        if typed and ("." not in typed or " " in typed or not found):
            raise ValidationError(_("This is no address of a page. Leave it empty, or begin with https://"))
        return found

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> None:
        facts = self.cleaned_data
        facts |= {name: one_line(facts.get(name, "")) for name in ("name", "credit_name")}
        if not (facts.get("text") or facts.get("link") or self.errors):
            self.add_error("text", _("Say in a few words what you have seen, or give its address."))
        if facts.get("credit") == Credit.OTHER and not facts["credit_name"]:
            self.add_error("credit_name", _("Say by which name."))

    def tip(self, request: HttpRequest) -> Tip:
        """Not stored yet. The first address in the words is taken where none was given apart."""
        facts = self.cleaned_data
        newsletter, text = facts["newsletter"], facts["text"].strip()
        own: dict[str, Any] = {name: facts[name] for name in ("name", "email", "credit", "credit_name")}
        return Tip(
            newsletter=newsletter,
            issue=Issue.objects.published().filter(newsletter=newsletter, slug=facts["issue"]).first(),
            text=text,
            link=facts["link"] or first_address(text),
            language=newsletter.language,
            user=request.user if request.user.is_authenticated else None,
            **own,
        )
