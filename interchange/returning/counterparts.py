"""Which row here is the one that an export calls by its number there.

A row keeps its number where nothing here ever had one as high when the first export of that site came: on an empty
site, all do. Of the others a `Counterpart` is kept. So whoever is killed and begins again finds what is there.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model

from interchange.models import Counterpart
from interchange.tables import GAP, Table
from interchange.taking.declared import tables
from newsletter.models import Newsletter


class Counterparts:
    def __init__(self, site: str) -> None:
        self.site = site
        self.floors = dict(self.rows().filter(there=0).values_list("model", "here"))

    def rows(self) -> Any:
        return Counterpart.objects.filter(site=self.site)

    @transaction.atomic
    def begin(self, last_ids: Mapping[str, int], *, is_own: bool) -> None:
        """Note up to which numbers this site has rows of its own, before the first row comes; and let rows that are
        made here from now on have higher ones than all that come. On an empty site, what migrations filled goes."""
        if self.floors:
            return
        if not Newsletter.objects.exists():
            for label in FILLED:
                tables()[label].model._base_manager.all().delete()
        for label, declared in tables().items():
            table = Table(declared.model)
            if not table.counted:
                continue
            has_rows = declared.model._base_manager.exists()
            last = table.last_id() if has_rows and not is_own else 0
            self.floors[label] = last
            if last_ids.get(label, 0) > table.last_id():
                table.count_from(last_ids[label] + GAP)
        Counterpart.objects.bulk_create(
            Counterpart(site=self.site, model=label, there=0, here=last) for label, last in self.floors.items()
        )

    def keeps(self, model: type[Model], there: int) -> bool:
        """Whether a row that comes keeps its number."""
        return there > self.floors.get(model._meta.label, 0)

    @property
    def was_empty(self) -> bool:
        """Whether nothing had been published here when it came."""
        return not self.floors.get("newsletter.Newsletter")

    @property
    def keeps_all(self) -> bool:
        return not any(self.floors.values())

    def known(self, model: type[Model], numbers: Iterable[int]) -> dict[int, int]:
        """The numbers here of those that are here."""
        numbers = set(numbers)
        noted = dict(self.noted(model, numbers).values_list("there", "here"))
        kept = [number for number in numbers if number not in noted and self.keeps(model, number)]
        present = model._base_manager.filter(pk__in=kept).values_list("pk", flat=True) if kept else ()
        return noted | {number: number for number in present}

    def noted(self, model: type[Model], numbers: Collection[int]) -> Any:
        return self.rows().filter(model=model._meta.label, there__in=numbers, there__gt=0)

    def were_there(self, model: type[Model], numbers: Collection[int]) -> set[int]:
        """Those that stand for rows that had been here before."""
        return set(self.noted(model, numbers).filter(was_there=True).values_list("there", flat=True))

    def note(self, model: type[Model], there: int, here: int, *, was_there: bool = False) -> None:
        Counterpart.objects.update_or_create(
            site=self.site,
            model=model._meta.label,
            there=there,
            defaults={"here": here, "was_there": was_there},
        )


#: What migrations put into an empty site, and an export brings along as it was there.
FILLED = ("comments.Rule",)
