"""What an editor says about a mailing before it begins, and while it runs."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.mail.messages import refuse_unusable
from core.zones import in_zone
from mailing.delivery.freezing import Audience, by_language
from mailing.models import Dispatch, Subscription
from newsletter.contents import in_print
from newsletter.models import Correction, Issue, Newsletter

#: A test goes to so many addresses at most.
MOST_PROOFS = 5
#: In messages a second.
FASTEST = 10_000

ONLY = {"not_had": _("All who have not had it yet"), "failed": _("Only those to whom it could not be delivered")}

ONLY_OF_CORRECTIONS = ONLY | {"not_had": _("All who received the issue, and not this correction yet")}


def moment_field(label: Any, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=in_zone(help_text))


class SendForm(forms.Form):
    """Everything about a mailing."""

    fields: dict[str, Any]
    subject = forms.CharField(label=_("Subject"), max_length=200)
    preheader = forms.CharField(
        label=_("Preheader"),
        max_length=200,
        required=False,
        help_text=_("What mail programs show behind the subject."),
    )
    only = forms.ChoiceField(
        label=_("To"),
        choices=list(ONLY.items()),
        help_text=_("Nobody gets two copies of an issue, however often it is sent."),
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, help_text=_("Who has not chosen one counts as reading the newsletter's.")
    )
    subscribed_before = moment_field(_("Subscribed before"), _("Empty: whenever they subscribed."))
    at = moment_field(_("Mail at"), _("Empty: at once."))
    rate = forms.IntegerField(
        label=_("Messages a second"),
        min_value=0,
        max_value=FASTEST,
        required=False,
        help_text=_("Empty: as fast as the mail server takes them. It can be changed on the way."),
    )

    def __init__(self, *args: Any, issue: Issue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issue = issue
        self.initial.setdefault("subject", issue.subject or issue.title)
        self.initial.setdefault("preheader", issue.preheader)
        self.people = by_language(Subscription.objects.active().filter(newsletter=issue.newsletter), issue)
        names = dict(settings.LANGUAGES)
        spoken = [(code, f"{names.get(code, code)} ({number})") for code, number in self.people.items()]
        self.fields["language"].choices = [
            ("", _("all (%(number)d)") % {"number": sum(self.people.values())}),
            *spoken,
        ]
        if len(spoken) < 2:
            del self.fields["language"]

    @property
    def audience(self) -> Audience:
        names = ("only", "language", "subscribed_before")
        chosen = {name: self.cleaned_data.get(name) for name in names}
        return {name: value for name, value in chosen.items() if value}  # type: ignore[return-value]

    @cached_property
    def correction(self) -> Correction | None:
        return None

    @property
    def facts(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("subject", "preheader")}
        return {**said, "audience": self.audience, "correction": self.correction}

    @property
    def dispatch(self) -> Dispatch:
        """What it would be, not stored."""
        return Dispatch(issue=self.issue, **self.facts)


class CorrectionForm(SendForm):
    """The same about a correction, which those get who received the issue."""

    about = forms.ChoiceField(label=_("It concerns"), help_text=_("The note stands there, and the mail leads there."))
    text = forms.CharField(
        label=_("What was wrong, and what is right"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "A sentence or two, in Markdown. Correct the text itself first: the mail does not bring it again. On the"
            " web the note stands, with its date, as soon as you send."
        ),
    )
    field_order = ("about", "text")

    def __init__(self, *args: Any, issue: Issue, **kwargs: Any) -> None:
        super().__init__(*args, issue=issue, **kwargs)
        self.articles = {str(article.pk): article for article in in_print(issue).for_lists()}
        self.fields["about"].choices = [("issue", _("the whole issue")), *self.articles.items()]
        self.fields["only"].choices = list(ONLY_OF_CORRECTIONS.items())
        self.fields["only"].help_text = _("Nobody gets two copies of a correction, however often it is sent.")
        with translation.override(issue.newsletter.language):
            self.initial["subject"] = _("Correction: %(subject)s") % {"subject": issue.subject or issue.title}
        self.initial["preheader"] = ""

    @cached_property
    def correction(self) -> Correction | None:
        """The stored one, where these words stand on the web already."""
        text, article = self.cleaned_data["text"], self.articles.get(self.cleaned_data["about"])
        thing = {"article": article} if article else {"issue": self.issue}
        return Correction.objects.filter(text=text, **thing).first() or Correction(text=text, **thing)


class ProofForm(forms.Form):
    addresses = forms.CharField(
        label=_("Addresses"),
        help_text=_("Up to five, with commas between. The subject says that it is a test; nothing is counted."),
    )

    def clean_addresses(self) -> list[str]:
        emails = self.cleaned_data["addresses"].replace(",", " ").split()
        if not 1 <= len(emails) <= MOST_PROOFS:
            raise forms.ValidationError(_("Give one to five addresses."))
        for email in emails:
            validate_email(email)
        return emails


class PersonForm(forms.Form):
    """One subscriber by hand."""

    email = forms.EmailField(label=_("E-mail address"), validators=[refuse_unusable])
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("not known")), *settings.LANGUAGES]
    )
    newsletters = forms.ModelMultipleChoiceField(
        Newsletter.objects.all(), label=_("Newsletters"), widget=forms.CheckboxSelectMultiple
    )
    evidence = forms.CharField(
        label=_("How they agreed"),
        max_length=300,
        help_text=_("As you would tell a judge: “asked in a letter of 3 May”. It is kept with your name."),
    )
