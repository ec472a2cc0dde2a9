"""Comments: what readers write, in a tree that is read without walking it."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments import paths
from comments.models.discussions import Discussion, PlacesQuerySet
from newsletter.moments import Exactness, machine_date

LONGEST_EXCERPT = 140
#: Top-level comments that are shown in the order asked for; featured ones come before all others.
IN_TURN = Q(parent=None, is_featured=False)
#: What each kind of date shows of the moment, to people and to machines.
DATE_FORMATS = {Exactness.DAY: "DATE_FORMAT", Exactness.MONTH: "YEAR_MONTH_FORMAT", Exactness.YEAR: "Y"}
MACHINE_FORMATS = {Exactness.DAY: "%Y-%m-%d", Exactness.MONTH: "%Y-%m", Exactness.YEAR: "%Y"}


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


#: From a comment to what it was said about, by kind.
WAYS = {
    "article": ("discussion__article",),
    "issue": ("discussion__issue", "discussion__article__issue"),
    "newsletter": ("discussion__issue__newsletter", "discussion__article__newsletter"),
}


class CommentQuerySet(PlacesQuerySet):
    def approved(self) -> Self:
        return self.filter(state=State.APPROVED)

    def shown(self) -> Self:
        """What a thread shows to everybody: approved comments, and what is left of others that were answered."""
        return self.filter(shown=True)

    def shown_to(self, reader: Any) -> Self:
        """The same, and what waits for a moderator of a reader, given by id; None is anybody."""
        return self.shown() if reader is None else self.filter(Q(shown=True) | Q(author=reader, state=State.PENDING))

    def public(self) -> Self:
        """Approved ones in public discussions: what may leave the thread, into feeds and lists."""
        return self.approved().filter(discussion__in=Discussion.objects.public())

    def written_here(self) -> Self:
        """Those of readers; not what was said elsewhere before and brought in by an editor."""
        return self.filter(fingerprint="")

    def brought_in(self) -> Self:
        return self.filter(fingerprint__gt="")

    def awaiting_review(self) -> Self:
        """What a moderator has to look at: comments and edits that wait, and reported comments."""
        reported = Q(state=State.APPROVED, report_count__gt=0)
        return self.filter(Q(state=State.PENDING) | reported | Q(state=State.APPROVED, proposed_body__gt=""))

    def under(self, thing: models.Model) -> Self:
        """Those about an article, an issue and its articles, or all of a newsletter."""
        ways = WAYS[str(thing._meta.model_name)]
        return self.filter(Q(*((way, thing.pk) for way in ways), _connector=Q.OR))

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

    def for_threads(self) -> Self:
        """The same, and no more than a thread shows: neither what was typed nor what moderators see."""
        own = ("body", "renderer_version", "held_by", "held_detail", "report_count")
        shown = {"author": {"id", "display_name", "picture"}, "parent": {"id", "state", "name", "fingerprint"}}
        people = (
            f"{relation}__{field.name}"
            for relation, names in shown.items()
            for field in Comment._meta.get_field(relation).related_model._meta.concrete_fields  # type: ignore[union-attr]
            if field.name not in names
        )
        return self.with_people().defer(*own, *people)


class Comment(models.Model):
    """Written by a reader, or brought in by an editor from where it was said before.

    The latter have a fingerprint and no author: nobody claims to be them, edits them or hears of them.
    """

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="comments", db_index=False
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    headline = models.CharField(_("headline"), max_length=250, blank=True)
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

    created_at = models.DateTimeField(_("written"), default=timezone.now)
    exactness = models.CharField(
        _("date known"), max_length=7, choices=Exactness.choices, default=Exactness.DAY, editable=False
    )
    said_at = models.CharField(
        _("said at"), max_length=80, blank=True, help_text=_("Where it was said before it was brought in.")
    )
    #: Of what was brought in: tells it from all else in its discussion, for good; see `comments.bringing_in`.
    fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    #: Nothing of what was not, so that SQLite need not copy the table for this column.
    by_mail = models.BooleanField(_("by mail"), null=True, editable=False)
    score = models.PositiveIntegerField(_("likes"), default=0)
    report_count = models.PositiveIntegerField(_("reports"), default=0)
    is_featured = models.BooleanField(_("featured"), default=False)

    #: What `comments.threads` loads besides: how many replies are shown, the path at which the first ones end, and
    #: whether the viewer likes it.
    reply_count: int | None = None
    cut: str | None = None
    is_liked = False

    #: See `core.grams`.
    grams = ("body", "name")

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
            models.Index(fields=["discussion", "created_at", "id"], condition=IN_TURN, name="threads_by_time"),
            models.Index(
                fields=["discussion", "-score", "-created_at", "-id"], condition=IN_TURN, name="threads_by_likes"
            ),
            models.Index(fields=["discussion", "id"], condition=Q(is_featured=True), name="featured_comments"),
            models.Index(
                fields=["root", "created_at", "id", "path"],
                condition=Q(root__isnull=False, shown=True),
                name="replies_shown",
            ),
            models.Index(fields=["discussion", "state", "created_at", "id"], name="comments_of_a_discussion"),
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
            models.UniqueConstraint(
                fields=["discussion", "fingerprint"],
                condition=Q(fingerprint__gt=""),
                name="brought_in_once",
            ),
        ]

    def __str__(self) -> str:
        return self.excerpt

    def get_absolute_url(self) -> str:
        """The permalink: the comment in its place, with what it answers; a browser goes right to it."""
        return f"{self.page_address}#{self.anchor}"

    @property
    def page_address(self) -> str:
        return reverse("comments:comment", args=[self.pk])

    @property
    def excerpt(self) -> str:
        """Its first words, on one line."""
        words = " ".join(self.body.split())
        return words if len(words) <= LONGEST_EXCERPT else words[: LONGEST_EXCERPT - 1] + "…"

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Nobody who wrote elsewhere has deleted anything here."""
        is_erased = self.is_brought_in and self.state == State.DELETED
        return gettext("Erased") if is_erased else str(State(self.state).label)

    @property
    def shown_name(self) -> str:
        """The name that its author had, as long as they have not erased it."""
        return self.name or (gettext("A reader") if self.is_brought_in else gettext("A former reader"))

    @property
    def is_brought_in(self) -> bool:
        return self.fingerprint != ""

    @property
    def origin(self) -> str:
        """Of one brought in: where it was said, and in which year if that is known."""
        if not self.said_at:
            return gettext("brought in by the editors")
        if self.exactness == Exactness.UNKNOWN:
            return gettext("from %(place)s") % {"place": self.said_at}
        facts = {"place": self.said_at, "year": timezone.localtime(self.created_at).year}
        return gettext("from %(place)s, %(year)d") % facts

    @property
    def date_in_words(self) -> str:
        """When it was written, as exactly as that is known; empty where it is not, or where `origin` says all."""
        if self.exactness == Exactness.YEAR and self.said_at:
            return ""
        known = DATE_FORMATS.get(Exactness(self.exactness))
        return date_format(timezone.localtime(self.created_at), known) if known else ""

    @property
    def machine_date(self) -> str:
        """The same for programs (ISO 8601), to the second for what was written here."""
        if not self.is_brought_in:
            return machine_date(self.created_at)
        known = MACHINE_FORMATS.get(Exactness(self.exactness))
        return f"{timezone.localtime(self.created_at):{known}}" if known else ""

    @property
    def is_approved(self) -> bool:
        return self.state == State.APPROVED

    @property
    def is_refused(self) -> bool:
        return self.state in {State.REJECTED, State.REMOVED}

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
