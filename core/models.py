"""Two numbers that all processes share: whether public pages may have changed, and how often something was done."""

import time
from typing import ClassVar

from django.db import connection, models, transaction
from django.db.models import F

# One statement, so that no two processes read the same count. A window that is over begins anew.
COUNT_HIT = """
    INSERT INTO core_hits (digest, number, ends_at) VALUES (%(digest)s, 1, %(end)s)
    ON CONFLICT (digest) DO UPDATE SET
        number = CASE WHEN core_hits.ends_at <= %(now)s THEN 1 ELSE core_hits.number + 1 END,
        ends_at = CASE WHEN core_hits.ends_at <= %(now)s THEN excluded.ends_at ELSE core_hits.ends_at END
    RETURNING number, ends_at
"""


class ContentVersion(models.Model):
    """A single row, counted up after each change of what the public can see."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The number now. One query."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def advance(cls) -> None:
        """Count up. One query, two at the very first change."""
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})


class HitsQuerySet(models.QuerySet["Hits"]):
    def over(self) -> "HitsQuerySet":
        """Those whose window has ended: they count for nothing any more."""
        return self.filter(ends_at__lte=int(time.time()))


class Hits(models.Model):
    """How often one thing that has a limit was done in its current window; see `core.limits`."""

    digest = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveBigIntegerField()
    #: In seconds since 1970, as databases differ in how they compare times.
    ends_at = models.PositiveBigIntegerField(db_index=True)

    objects: ClassVar = HitsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "hits"

    def __str__(self) -> str:
        return f"{self.number} until {self.ends_at}"

    @classmethod
    def count(cls, digest: str, seconds: int) -> tuple[int, int]:
        """Add one. Returns the number with it, and the seconds until the window ends. One query of its own."""
        now = int(time.time())
        with transaction.atomic(durable=True, savepoint=False), connection.cursor() as cursor:
            cursor.execute(COUNT_HIT, {"digest": digest, "now": now, "end": now + seconds})
            number, ends_at = cursor.fetchone()
        return number, ends_at - now
