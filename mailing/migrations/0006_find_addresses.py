"""Subscribers are found by the beginning of their address, and by its domain."""

from django.db import migrations, models

from core.operations import AddIndex


class Named(models.Func):
    """As in `mailing.models.subscribers`, for good: the name tells which of its functions this is."""

    arity = 1

    @property
    def identity(self):
        return type(self).__name__, repr(self.source_expressions)


class ByteOrder(Named):
    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **extra)


class Domain(Named):
    template = "SUBSTR(%(expressions)s, INSTR(%(expressions)s, '@') + 1)"

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="SPLIT_PART(%(expressions)s, '@', 2)", **extra)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mailing", "0005_corrections_and_frozen_letters")]

    operations = [
        AddIndex("subscriber", models.Index(ByteOrder("email"), name="subscribers_by_address")),
        AddIndex("subscriber", models.Index(Domain("email"), "id", name="subscribers_by_domain")),
    ]
