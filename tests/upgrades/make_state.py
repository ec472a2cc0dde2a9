"""Write down a small site as a version of long ago made it, with rows in every table.

Run once for each state, with that version's own code, in a worktree of it:

    git worktree add /tmp/then COMMIT; cd /tmp/then
    DATA_DIR=/tmp/then-data python .../tests/upgrades/make_state.py .../tests/upgrades/states/NAME.jsonl.gz

The first line holds the migrations that were applied; then each table's name and columns, followed by its rows.
"""

import gzip
import json
import os
import sys
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))
os.environ["DJANGO_SETTINGS_MODULE"] = "site_project.settings"
os.environ.setdefault("SECRET_KEY", "only for states")

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.migrations.recorder import MigrationRecorder  # noqa: E402

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
#: Texts that stand for what people wrote, so that a lost row is seen by its words.
WORDS = "Kept through every upgrade"


def tables():
    return [each for each in apps.get_models(include_auto_created=True) if not each._meta.proxy and each._meta.managed]


def fields_of(model):
    return [each for each in model._meta.local_concrete_fields if not getattr(each, "generated", False)]


def first(model):
    return model._base_manager.order_by("pk").first() or make(model)


def text(field):
    words = f"{WORDS} {field.name}"
    if isinstance(field, models.EmailField) or "email" in field.name:
        return "kept@example.org"
    if isinstance(field, models.URLField) or field.name in {"url", "address"}:
        return "https://example.org/kept"
    if isinstance(field, models.SlugField) or "slug" in field.name or field.name in {"token", "key", "name"}:
        return f"kept-{field.name}"
    return words[: field.max_length] if field.max_length else words


def value(field):
    if field.choices:
        return next(each for each, _label in field.flatchoices if each)
    kinds = {
        models.JSONField: dict,
        models.BooleanField: lambda: False,
        models.DateTimeField: lambda: NOW,
        models.DateField: lambda: date(2026, 11, 30),
        models.DurationField: lambda: timedelta(days=1),
        models.BinaryField: lambda: b"kept",
        models.GenericIPAddressField: lambda: "192.0.2.1",
        models.FloatField: lambda: 1.0,
        models.IntegerField: lambda: 1,
    }
    for kind, made in kinds.items():
        if isinstance(field, kind):
            return made()
    return text(field)


#: What cannot be guessed, by model: fields that must be set or left out.
GIVEN = {
    "comments.discussion": {"article": None},
    "newsletter.correction": {"article": None},
    "newsletter.mention": {"article": None},
    "newsletter.share": {"article": None},
    "newsletter.searchentry": {"article": None},
}


def wants_value(field):
    if isinstance(field, models.AutoField) or field.has_default():
        return False
    return field.primary_key or not (field.null or field.blank)


def make(model):
    """A row with a value in every field that wants one, and something in every relation."""
    given = dict(GIVEN.get(model._meta.label_lower, {}))
    for field in fields_of(model):
        if field.name not in given and field.is_relation and field.related_model is not model:
            given[field.name] = first(field.related_model)
        elif field.name not in given and not field.is_relation and wants_value(field):
            given[field.name] = value(field)
    row = model(**given)
    with transaction.atomic():
        models.Model.save_base(row, force_insert=True)
    return row


def plan_a_correction():
    """To those who received an issue that was mailed."""
    dispatch = apps.get_model("mailing.dispatch")
    issue = apps.get_model("newsletter.issue")._base_manager.filter(status="published").order_by("pk").first()
    if not dispatch._base_manager.filter(issue=issue, state="done").exists():
        dispatch(issue=issue, subject=f"{WORDS}: the issue", state="done", size=1, started_at=NOW).save()
    planned = dispatch(issue=issue, subject=f"{WORDS}: a correction", state="planned", start_at=NOW)
    if isinstance(dispatch._meta.get_field("correction"), models.TextField):
        planned.correction = "The tide was at three, not at four."
    else:
        planned.correction = first(apps.get_model("newsletter.correction"))
    planned.save()


def be_brief():
    """Of the demo's articles and counts a part is enough."""
    for label, most in (("newsletter.article", 12), ("readership.pageviews", 50), ("readership.arrivals", 50)):
        if label.split(".")[0] in apps.app_configs and label.split(".")[1] in apps.all_models[label.split(".")[0]]:
            for row in apps.get_model(label)._base_manager.order_by("pk")[most:]:
                with suppress(models.ProtectedError, models.RestrictedError):
                    row.delete()


def fill():
    call_command("migrate", verbosity=0)
    call_command("demo")
    call_command("editor")
    be_brief()
    plan_a_correction()
    waiting = [model for model in tables() if not model._base_manager.exists()]
    for model in waiting:
        try:
            if not model._base_manager.exists():
                make(model)
        except Exception as error:
            sys.stderr.write(f"{model._meta.label}: {error}\n")


def line(values):
    return json.dumps(values, ensure_ascii=False, default=str, separators=(",", ":")).encode() + b"\n"


def write(path):
    with gzip.GzipFile(path, "wb", compresslevel=9, mtime=0) as file:
        file.write(line(sorted(MigrationRecorder(connection).applied_migrations())))
        for model in tables():
            fields = fields_of(model)
            file.write(line({"table": model._meta.db_table, "columns": [field.column for field in fields]}))
            for row in model._base_manager.order_by("pk").values_list(*(field.attname for field in fields)):
                file.write(
                    line([b64encode(each).decode() if isinstance(each, (bytes, memoryview)) else each for each in row])
                )


if __name__ == "__main__":
    fill()
    write(sys.argv[1])
    empty = [model._meta.label for model in tables() if not model._base_manager.exists()]
    sys.stdout.write(f"{Path(sys.argv[1]).stat().st_size} bytes; {len(tables())} tables; empty: {empty}\n")
