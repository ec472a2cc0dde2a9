"""Redirects: old addresses that keep working."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext_lazy as _


class RedirectQuerySet(models.QuerySet):
    def covering(self, path: str) -> Self:
        """Redirects of this address or of one above it, the nearest first. An address lies below every `/` in it."""
        steps = path.strip("/").split("/")
        above = ["/" + "/".join(steps[:length]) + "/" for length in range(1, len(steps) + 1)]
        return self.filter(old_path__in=[path, *above]).annotate(length=Length("old_path")).order_by("-length")

    def leave(self, old_path: str, new_path: str) -> None:
        """Lead everything at and below `old_path` to `new_path`, without chains and loops.

        Run it in the transaction that moves the page. Three queries.
        """
        self.filter(old_path=new_path).delete()
        self.filter(new_path__startswith=old_path).update(
            new_path=Concat(Value(new_path), Substr("new_path", len(old_path) + 1))
        )
        self.update_or_create(old_path=old_path, defaults={"new_path": new_path})


class Redirect(models.Model):
    """A permanent redirect; an old address that ends in `/` carries everything below it along."""

    old_path = models.CharField(
        _("old address"), max_length=500, unique=True, help_text=_("From the first slash on: “/old/page/”.")
    )
    new_path = models.CharField(
        _("new address"), max_length=1000, help_text=_("On this site (“/new/page/”), or a complete https address.")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering: ClassVar = ["old_path"]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path}"

    def clean(self) -> None:
        super().clean()
        if not self.old_path.startswith("/") or self.old_path.startswith("//"):
            raise ValidationError({"old_path": _("Begin with one slash: “/old/page/”.")})
        if not self.new_path.startswith(("/", "https://", "http://")) or self.new_path.startswith("//"):
            raise ValidationError({"new_path": _("Begin with one slash, or write a complete https address.")})
        if self.new_path.startswith(self.old_path):
            raise ValidationError({"new_path": _("This leads back to the old address.")})

    def target(self, path: str) -> str:
        """Where `path`, which this redirect covers, leads."""
        if not self.old_path.endswith("/"):
            return self.new_path
        return self.new_path + path.removeprefix(self.old_path).lstrip("/")  # never `//another.host`
