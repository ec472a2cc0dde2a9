"""Comments: what readers write, in a tree that is read without walking it."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments import paths
from comments.models.discussions import TEXTS, Discussion

LONGEST_EXCERPT = 140
#: Top-level comments that are shown in the order asked for; featured ones come before all others.
IN_TURN = Q(parent=None, is_featured=False)


class State(models.TextChoices):
    """`comments.moderating` holds the transitions."""

    PENDING = "pending", _("Waiting")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SPAM = "spam", _("Spam")
    REMOVED = "removed", _("Removed")
    DELETED = "deleted", _("Deleted by its author")


class Badge(models.TextChoices):
    """What a writer is to the piece; a word beside the name that no text can forge."""

    NONE = "", ""
    EDITOR = "editor", _("Editor")
    CONTRIBUTOR = "contributor", _("Contributor")


class CommentQuerySet(models.QuerySet):
    def approved(self) -> Self:
        return self.filter(state=State.APPROVED)

    def shown(self) -> Self:
        """What a thread shows to everybody: approved comments, and what is left of others that were answered."""
        return self.filter(shown=True)

    def shown_to(self, viewer: User | AnonymousUser) -> Self:
        """The same, and the viewer's own that wait for a moderator."""
        if not viewer.is_authenticated:
            return self.shown()
        return self.filter(Q(shown=True) | Q(author=viewer, state=State.PENDING))

    def public(self) -> Self:
        """Approved ones in public discussions: what may leave the thread, into feeds and lists."""
        return self.approved().filter(discussion__in=Discussion.objects.public())

    def awaiting_review(self) -> Self:
        """What a moderator has to look at: comments and edits that wait, and reported comments."""
        reported = Q(state=State.APPROVED, report_count__gt=0)
        return self.filter(Q(state=State.PENDING) | reported | Q(state=State.APPROVED, proposed_body__gt=""))

    def top_level(self) -> Self:
        return self.filter(parent=None)

    def below(self, comment: "Comment") -> Self:
        """Every reply in the subtree of `comment`, at any depth."""
        inside = Q(path__gt=comment.path, path__lt=comment.path + paths.AFTER_ALL)
        return self.filter(inside, root=comment.root_id or comment.pk)

    def with_people(self) -> Self:
        """Load what a comment shows besides its own row: its author, and whom it answers."""
        texts = (f"parent__{name}" for name in ("body", "body_html", "proposed_body", "held_detail"))
        return self.select_related("author", "parent").defer(*texts)

    def with_places(self) -> Self:
        """Load what addresses and titles are read from. The texts of the pieces stay behind."""
        owners = ("article__newsletter__policy", "article__issue", "issue__newsletter__policy")
        places = self.select_related("discussion", *(f"discussion__{owner}" for owner in owners))
        return places.defer(*(f"discussion__{name}" for name in TEXTS))


class Comment(models.Model):
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="comments", db_index=False
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    headline = models.CharField(_("headline"), max_length=160, blank=True)
    badge = models.CharField(_("badge"), max_length=11, choices=Badge.choices, blank=True, default=Badge.NONE)

    parent = models.ForeignKey("self", null=True, on_delete=models.RESTRICT, related_name="replies")
    root = models.ForeignKey(
        "self", null=True, on_delete=models.RESTRICT, related_name="everything_below", db_index=False
    )
    path = models.CharField(max_length=paths.SEGMENT * paths.DEEPEST, blank=True, default="")
    depth = models.PositiveSmallIntegerField(default=0)

    body = models.TextField(_("text"))
    body_html = models.TextField(editable=False, blank=True)
    renderer_version = models.PositiveSmallIntegerField(editable=False, default=0)
    proposed_body = models.TextField(
        _("proposed text"),
        blank=True,
        default="",
        help_text=_("An edit that waits; the old text is shown until then."),
    )

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    shown = models.BooleanField(default=False)
    held_by = models.CharField(_("held by"), max_length=80, blank=True, help_text=_("The rule that held it."))
    held_detail = models.CharField(_("matched"), max_length=200, blank=True, help_text=_("What the rule found."))

    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    score = models.PositiveIntegerField(_("likes"), default=0)
    report_count = models.PositiveIntegerField(_("reports"), default=0)
    is_featured = models.BooleanField(_("featured"), default=False)

    #: What `comments.threads` loads besides: the path at which its first replies end, and whether the viewer likes it.
    cut: str | None = None
    is_liked = False

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering: ClassVar = ["pk"]
        permissions: ClassVar = [
            ("moderate_comment", _("Can approve, reject and remove comments")),
            ("feature_comment", _("Can feature comments and close discussions")),
            ("view_email", _("Can see the addresses of those who write")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["discussion", "id"], condition=IN_TURN, name="threads_by_time"),
            models.Index(fields=["discussion", "-score", "-id"], condition=IN_TURN, name="threads_by_likes"),
            models.Index(fields=["discussion", "id"], condition=Q(is_featured=True), name="featured_comments"),
            models.Index(fields=["discussion", "state", "id"], name="comments_of_a_discussion"),
            models.Index(fields=["state", "id"], name="comments_by_state"),
            models.Index(fields=["author", "state", "id"], name="comments_of_a_reader"),
            models.Index(
                fields=["id"], condition=Q(state=State.APPROVED, report_count__gt=0), name="reported_comments"
            ),
            models.Index(
                fields=["id"], condition=Q(state=State.APPROVED, proposed_body__gt=""), name="edits_that_wait"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["root", "path"], condition=Q(root__isnull=False), name="one_comment_at_a_place"
            ),
            models.CheckConstraint(
                condition=Q(parent=None, root=None, path="", depth=0)
                | Q(parent__isnull=False, root__isnull=False, path__gt="", depth__gt=0),
                name="place_fits_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.excerpt

    def get_absolute_url(self) -> str:
        """The permalink: the comment in its place, with what it answers."""
        return reverse("comments:comment", args=[self.pk])

    @property
    def excerpt(self) -> str:
        """Its first words, on one line."""
        words = " ".join(self.body.split())
        return words if len(words) <= LONGEST_EXCERPT else words[: LONGEST_EXCERPT - 1] + "…"

    @property
    def shown_name(self) -> str:
        """The name that its author had, as long as they have not erased it."""
        return self.name or gettext("A former reader")

    @property
    def is_approved(self) -> bool:
        return self.state == State.APPROVED

    @property
    def is_pending(self) -> bool:
        return self.state == State.PENDING

    @property
    def anchor(self) -> str:
        return f"comment-{self.pk}"


class Revision(models.Model):
    """A text that a comment had before it was edited."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    body = models.TextField(_("text"))
    replaced_at = models.DateTimeField(_("replaced"), auto_now_add=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.comment_id)
