"""Subscribers are found by the beginning of their address, and by its domain."""

from django.db import migrations, models

from mailing.models.subscribers import ByteOrder, Domain


class Migration(migrations.Migration):
    dependencies = [("mailing", "0005_corrections_and_frozen_letters")]

    operations = [
        migrations.AddIndex("subscriber", models.Index(ByteOrder("email"), name="subscribers_by_address")),
        migrations.AddIndex("subscriber", models.Index(Domain("email"), "id", name="subscribers_by_domain")),
    ]
