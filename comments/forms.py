"""What readers fill in when they talk, and to choose their mail.

Texts are taken as they were typed: nothing is stripped, nothing cut off.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import names
from accounts.forms import AddressField
from accounts.groups import MODERATORS
from accounts.models import User
from accounts.templatetags.accounts import visitor
from comments.models import Comment, Discussion, Follow, MailChoices, Report
from core.markup.comments import COMMENT_LENGTH, render_comment, says_nothing
from core.markup.tree import is_blank

LONGEST_QUOTE = 500
LONGEST_NOTE = 500
#: What can be heard of one discussion.
PACES = [("", _("Only replies to me")), *Follow.Frequency.choices]
#: Where the session keeps a text while its author gives a second factor.
KEPT = "kept_comment"


class TextForm(forms.Form):
    """A comment's text. It has no `maxlength`: a browser would cut off silently what is pasted."""

    body = forms.CharField(
        label=_("Your comment"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )

    most = COMMENT_LENGTH

    def clean_body(self) -> str:
        body = as_typed(self.cleaned_data["body"])
        if says_nothing(body):
            raise ValidationError(self.fields["body"].error_messages["required"])
        refuse_excess(body, COMMENT_LENGTH)
        return body

    @property
    def preview(self) -> str:
        """The text as it will look; empty where it cannot be taken. Up to 100 ms."""
        return render_comment(self.cleaned_data["body"]) if self.is_bound and "body" not in self.errors else ""


class CommentForm(TextForm):
    """A new comment, of a reader whose name is known."""

    parent = forms.ModelChoiceField(
        Comment.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": _("The comment that you answer is no longer there. You can post yours on its own.")
        },
    )
    # People do not see it; whatever fills it in is no person.
    website = forms.CharField(required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, discussion: Discussion, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.discussion = discussion
        in_discussion = Comment.objects.approved().filter(discussion=discussion.pk)
        self.fields["parent"].queryset = in_discussion if discussion.pk else in_discussion.none()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        if self.cleaned_data.get("website"):
            raise ValidationError(_("This could not be taken as it is. Look it over and send it again."))
        return super().clean()

    @property
    def answered(self) -> Comment | None:
        """The comment that this one answers."""
        if not self.is_bound:
            return self.initial.get("parent")
        return None if "parent" in self.errors else self.cleaned_data["parent"]


class NamedForm(CommentForm):
    """A new comment of a reader who has no name yet."""

    name = forms.CharField(
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As others see it beside what you write."),
    )
    headline = forms.CharField(
        label=_("Headline"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        help_text=_("Who you are, in one line. You may leave it empty."),
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        return names.clean_name(name) if name else ""

    def clean_headline(self) -> str:
        return names.clean_headline(self.cleaned_data["headline"])


class StrangerForm(NamedForm):
    """A new comment of somebody who has not signed in. Who they are is asked after what they have to say."""

    email = AddressField(
        widget=forms.EmailInput(attrs={"autocomplete": "email", "required": True}),
        help_text=_("A code goes there, to show that it is yours. Nobody sees the address."),
    )
    field_order = ("body", "email", "name", "headline")

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["email"].required = self.is_introduced
        self.fields["name"].required = False
        self.fields["name"].help_text = _("As others see it. If you have an account here, leave it empty.")

    @property
    def is_introduced(self) -> bool:
        """Whether they have been asked who they are."""
        return "email" in self.data


class EditForm(TextForm):
    """The text of an own comment; knows if the comment changed after the form was made."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, comment: Comment | None = None) -> None:
        self.current = comment.proposed_body or comment.body if comment else ""
        super().__init__(data, initial={"body": self.current, "seen": digest(self.current)})

    @property
    def is_outdated(self) -> bool:
        """Whether the comment has other words by now than were changed here, and other ones than are wanted."""
        return self.data.get("seen") != digest(self.current) and self.cleaned_data.get("body") != self.current

    @property
    def now_seen(self) -> str:
        return digest(self.current)


class ReportForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=Report.Reason, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Anything else that moderators should know"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_note(self) -> str:
        note = within_note(self.cleaned_data["note"])
        return "" if is_blank(note) else note


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Why it should stand"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Another moderator reads this. You can appeal once."),
    )

    def clean_words(self) -> str:
        if says_nothing(self.cleaned_data["words"]):
            raise ValidationError(self.fields["words"].error_messages["required"], code="required")
        return within_note(self.cleaned_data["words"])


class PaceForm(forms.Form):
    frequency = forms.ChoiceField(label=_("Mail"), choices=PACES, required=False)


class FollowForm(PaceForm):
    """Another frequency for one of the `follows`."""

    def __init__(self, *args: Any, follows: QuerySet[Follow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follow"] = forms.ModelChoiceField(follows.select_related("discussion"))


class ChoicesForm(forms.ModelForm):
    """The choice about the queue is there for those who moderate."""

    queue = forms.BooleanField(
        label=_("Tell me when comments wait for a moderator"),
        required=False,
        help_text=_("When the first one waits, and then once a day at most."),
    )

    class Meta:
        model = MailChoices
        fields = ("replies", "decisions", "queue", "silence")
        help_texts = {  # noqa: RUF012 - Django's own way
            "replies": _("Discussions that you follow have a frequency of their own."),
            "silence": _("Whatever else you chose. What you follow is kept, for the day you want to hear again."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if not user.has_perm("comments.moderate_comment"):
            del self.fields["queue"]
        elif self.instance.queue is None:
            self.initial["queue"] = user.groups.filter(name=MODERATORS).exists()


def form_class(reader: Any) -> type[CommentForm]:
    """The form that asks for what is not known of somebody yet."""
    if not isinstance(reader, User):
        return StrangerForm
    return CommentForm if reader.display_name else NamedForm


def begun_form(request: HttpRequest, discussion: Discussion) -> CommentForm | None:
    """The form below a conversation, if it is not empty: the address asks to answer (`?reply_to=7`) or to quote
    (`&quote=1`) a comment, or the reader wrote something before signing in."""
    reader = visitor({"request": request})
    kept = request.session.get(KEPT, {}) if reader else {}
    if kept.get("place") != discussion.get_absolute_url():
        kept = {}
    if not (kept or "reply_to" in request.GET):
        return None
    made = form_below(reader)(discussion=discussion)
    parent = wanted(made, request.GET.get("reply_to") or kept.get("parent"))
    quoted = quote(parent.body) if parent and "quote" in request.GET else ""
    made.initial = {"body": kept.get("body", quoted), "parent": parent}
    return made


def form_below(reader: User | None) -> type[CommentForm]:
    """What is asked below a conversation; of somebody who has not signed in no more than the text."""
    return form_class(reader) if reader else CommentForm


def wanted(form: CommentForm, pk: Any) -> Comment | None:
    """The comment to be answered, if readers see it in this discussion."""
    try:
        return form.fields["parent"].clean(pk)
    except ValidationError:
        return None


def quote(text: str) -> str:
    lines = Truncator(text).chars(LONGEST_QUOTE).splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def as_typed(text: str) -> str:
    """Line ends as the reader's keyboard made them, before the browser made two signs of each."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def within_note(text: str) -> str:
    refuse_excess(as_typed(text), LONGEST_NOTE)
    return as_typed(text)


def refuse_excess(text: str, most: int) -> None:
    excess = len(text) - most
    if excess > 0:
        raise ValidationError(
            ngettext(
                "This is %(excess)d character too long; there is room for %(most)d.",
                "This is %(excess)d characters too long; there is room for %(most)d.",
                excess,
            )
            % {"excess": excess, "most": most}
        )


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
