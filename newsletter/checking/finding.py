"""A flaw that was found, and where it is mended."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from core.admin import change_page

#: How severe each kind of finding is, and the words that are looked for.
DATA = yaml.safe_load(Path(__file__).with_name("checks.yaml").read_text(encoding="utf-8"))
#: What stands in a table below the form.
TABLES = {"articles", "sections"}


class Severity(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
    HINT = "hint", _("Hint")


@dataclass(frozen=True, slots=True)
class Finding:
    """In which thing, in which of its fields; the kind (see `checks.yaml`), and what its words name."""

    thing: models.Model
    field: str
    key: str
    about: object = ""
    more: object = ""

    @property
    def severity(self) -> Severity:
        return Severity(DATA["severity"][self.key])

    @property
    def message(self) -> str:
        """A sentence or two of plain text."""
        named = {"key": self.key, "about": self.about, "more": self.more}
        return " ".join(render_to_string("admin/newsletter/finding.txt", named).split())

    @property
    def url(self) -> str:
        return f"{change_page(self.thing)}#{'contents' if self.field in TABLES else f'id_{self.field}'}"
