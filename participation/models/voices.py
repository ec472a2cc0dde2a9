"""Voices and questions: what readers said, as an editor quotes it in an issue or answers it in an article."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.models import Article, Issue
from newsletter.sayings import Saying

#: Pages that show voices depend on this, see `core.changes`.
VOICES = "voices"


class State(models.TextChoices):
    """Asked → agreed or refused; who was asked may think again."""

    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Agreed")
    REFUSED = "refused", _("Refused")


#: From which states a voice can come into another.
ALLOWED = {State.AGREED: {State.ASKED, State.REFUSED}, State.REFUSED: {State.ASKED, State.AGREED}}


class SaidQuerySet(models.QuerySet):
    """Rows about what was said somewhere."""

    def about(self, saying: Saying) -> Self:
        return self.filter(source=saying.source, key=saying.key)


class VoiceQuerySet(SaidQuerySet):
    def allowed(self) -> Self:
        """What may be shown: its author agreed, or has let the time go by in which they could say no."""
        return self.filter(Q(state=State.AGREED) | Q(state=State.ASKED, answer_until__lte=timezone.now()))

    def waiting(self) -> Self:
        """What may be shown later."""
        is_open = Q(answer_until=None) | Q(answer_until__gt=timezone.now())
        return self.filter(is_open, state=State.ASKED)


class Said(models.Model):
    """What was said: where it is kept, and its key there; see `newsletter.sayings`."""

    source = models.CharField(_("said in"), max_length=16)
    key = models.PositiveBigIntegerField(_("its number there"))

    class Meta:
        abstract = True

    @property
    def about(self) -> tuple[str, int]:
        return self.source, self.key


class Voice(Said):
    """`voice:<number>` alone on a line of a text shows it."""

    issue = models.ForeignKey(Issue, models.CASCADE, verbose_name=_("issue"), related_name="voices")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, verbose_name=_("reader"), related_name="voices"
    )
    quotation = models.TextField(
        _("quotation"), help_text=_("Words of the reader, with “…” wherever some are left out.")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("asked by"), related_name="+"
    )
    answer_until = models.DateTimeField(
        _("can say no until"), null=True, help_text=_("Empty: no mail reached them, so they must say yes.")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects: Any = VoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("voice")
        verbose_name_plural = _("voices")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "source", "key"], name="quoted_once_in_issue")
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "key"], name="voices_of_a_saying"),
            models.Index(fields=["answer_until"], condition=Q(state=State.ASKED), name="voices_that_wait"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How a text names it."""
        return f"voice:{self.pk}"

    @property
    def is_refused(self) -> bool:
        return self.state == State.REFUSED

    @property
    def is_agreed(self) -> bool:
        return self.state == State.AGREED

    def is_waiting(self, at: Any = None) -> bool:
        """Whether its author can still say no at a moment, and has not said yes."""
        return self.state == State.ASKED and (self.answer_until is None or self.answer_until > (at or timezone.now()))


class QuestionQuerySet(SaidQuerySet):
    def to_be_told(self) -> Self:
        """Those in articles that everybody can read, whose readers do not know yet."""
        return self.filter(told_at=None, article__in=Article.objects.published())


class Question(Said):
    """Was put into an article, for an editor to answer there."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="asked")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("reader"), related_name="+"
    )
    asked = models.TextField(_("question"))
    credit = models.CharField(
        max_length=1000, blank=True, help_text=_("How its reader is named behind it, as it stands in the article.")
    )
    told_at = models.DateTimeField(_("reader told"), null=True)

    objects: Any = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "source", "key"], name="asked_once_in_article")
        ]
        indexes: ClassVar = [models.Index(fields=["article"], condition=Q(told_at=None), name="questions_to_be_told")]

    def __str__(self) -> str:
        return self.asked
