"""Discussions are read by when comments were written, not by when they were stored."""

from django.db import migrations, models

from core.operations import AddIndex

IN_TURN = models.Q(("is_featured", False), ("parent", None))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("comments", "0005_older_comments")]

    operations = [
        # The new ones have the names of the old ones, and take their places. Going back leaves none: that is slow, no more.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="comment", name="threads_by_time"),
                migrations.RemoveIndex(model_name="comment", name="threads_by_likes"),
                migrations.RemoveIndex(model_name="comment", name="comments_of_a_discussion"),
            ]
        ),
        AddIndex(
            model_name="comment",
            index=models.Index(
                condition=IN_TURN, fields=["discussion", "created_at", "id"], name="threads_by_time"
            ),
        ),
        AddIndex(
            model_name="comment",
            index=models.Index(
                condition=IN_TURN,
                fields=["discussion", "-score", "-created_at", "-id"],
                name="threads_by_likes",
            ),
        ),
        AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["discussion", "state", "created_at", "id"], name="comments_of_a_discussion"
            ),
        ),
    ]
