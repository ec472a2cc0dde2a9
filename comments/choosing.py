"""What people choose about the mail they get."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.groups import MODERATORS
from accounts.models import User
from comments.models import Follow, MailChoices

#: What can be heard of one discussion.
PACES = [("", _("Only replies to me")), *Follow.Frequency.choices]


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
