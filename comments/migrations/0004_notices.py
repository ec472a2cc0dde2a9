"""What people are told, and what they want to be told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0003_lists_for_moderators"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Choices",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "replies",
                    models.CharField(
                        choices=[("once", "At once"), ("daily", "Once a day, in one mail"), ("never", "Never")],
                        default="once",
                        max_length=5,
                        verbose_name="Replies to my comments",
                    ),
                ),
                (
                    "decisions",
                    models.BooleanField(
                        default=True, verbose_name="Tell me when my comment was approved, refused or featured"
                    ),
                ),
                ("queue", models.BooleanField(null=True, verbose_name="Tell me when comments wait for a moderator")),
                ("silence", models.BooleanField(default=False, verbose_name="No mail about conversations at all")),
                ("queue_told_at", models.DateTimeField(editable=False, null=True)),
                (
                    "reader",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "mail choices",
                "verbose_name_plural": "mail choices",
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "A reply to me"),
                            ("comment", "A comment in a discussion I follow"),
                            ("approved", "My comment was approved"),
                            ("refused", "My comment was refused"),
                            ("edit", "The new text of my comment was refused"),
                            ("featured", "My comment was featured"),
                        ],
                        max_length=8,
                    ),
                ),
                ("is_daily", models.BooleanField(default=False, help_text="Goes into the one mail of the day.")),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="comments.comment"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)), fields=["due_at", "id"], name="notices_to_be_sent"
                    ),
                    models.Index(fields=["reader", "sent_at"], name="notices_of_a_reader"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["reply", "comment"])),
                        fields=("reader", "comment"),
                        name="told_of_a_comment_once",
                    )
                ],
            },
        ),
    ]
