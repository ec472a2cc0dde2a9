"""What came back: reports that a copy was not delivered, and complaints."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailing.models.dispatches import Delivery
from mailing.models.subscribers import Subscriber


class Bounce(models.Model):
    """One report of one copy. A copy is told of each kind once, however often its report arrives."""

    class Kind(models.TextChoices):
        """What each leads to stands in `mailing.lists.bouncing`."""

        HARD = "hard", _("Came back for good")
        SOFT = "soft", _("Came back for now")
        COMPLAINT = "complaint", _("Complaint")
        UNPROVEN = "unproven", _("Said to have come back, without proof")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="bounces", db_index=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="bounces")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=9, blank=True, help_text=_("As in RFC 3463: 5.1.1."))
    text = models.CharField(_("what the server said"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "kind"], name="one_bounce_of_a_kind_per_delivery")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.status}".rstrip()
