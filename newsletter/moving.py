"""When something public gets a new address, the old one leads there."""

from django.urls import reverse
from taggit.models import Tag

from newsletter.models import Article, Contributor, Issue, Mention, Newsletter, Redirect
from newsletter.publishing import Change, announce

type Addressed = Newsletter | Issue | Article | Contributor | Tag


def page_of(thing: Addressed) -> str:
    """The address of its page. No query, where articles have their issue and newsletter loaded."""
    return reverse("newsletter:tag", args=[thing.slug]) if isinstance(thing, Tag) else thing.get_absolute_url()


def leave_redirect(old: Addressed, new: Addressed) -> None:
    """Lead the address that `old` had, and all below it, to that of `new`, the same thing as stored now. Run it in the
    transaction that stores the change. Nothing happens where the address is the same or where nobody could have seen
    the old one."""
    if isinstance(old, Issue | Article) and not old.is_public:
        return
    old_path, new_path = page_of(old), page_of(new)
    if old_path == new_path:
        return
    Redirect.objects.leave(old_path, new_path)
    Mention.objects.lead_on(old_path, new_path)
    if isinstance(old, Newsletter | Tag):
        Redirect.objects.leave(f"/feeds{old_path}", f"/feeds{new_path}")


def follow(old: Addressed, new: Addressed) -> None:
    """Let readers, articles and plans follow what has got another address or place; `old` is it as it was before
    this transaction."""
    leave_redirect(old, new)
    if isinstance(new, Issue) and isinstance(old, Issue) and old.newsletter_id != new.newsletter_id:
        new.articles.update(newsletter=new.newsletter)
    wholes = ("newsletter_id", "issue_id")
    if isinstance(old, Issue | Article) and any(getattr(old, name, 0) != getattr(new, name, 0) for name in wholes):
        announce(old, Change.MOVED)
