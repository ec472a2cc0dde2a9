"""What editors do with a tip: keep it, make an item of it, decline it, and think better of it."""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import locking
from core.addresses import site_of
from core.fetching import plain
from core.languages import spoken
from core.mail import outbox
from core.models import OutgoingMail
from newsletter.arranging import LAST, arrange, section_called
from newsletter.forms import title_of
from newsletter.models import Article, Issue, Link, Newsletter, Picture, Status
from newsletter.models.slugs import free_slug
from newsletter.rendering import render_texts
from participation.models import Tip
from participation.models.tips import State
from participation.tips.links import LONGEST
from participation.tips.taking import picture_of


def make_item(tip: Tip, issue: Issue, section: str, by: User) -> Article | None:
    """A draft at the end of a section of an issue, made where there is none of this name, with all that is known of
    the tip and of what it leads to. None where somebody has decided otherwise meanwhile."""
    picture = stored_picture(tip)
    with transaction.atomic():
        locking.lock(Newsletter.objects.filter(pk=issue.newsletter_id), Issue.objects.filter(pk=issue.pk))
        if not tip.become(State.USED, by, reason="", told_at=None):
            return None
        article = drafted(tip, issue)
        article.section, article.position, article.lead_picture = section_called(issue, section), LAST, picture
        article.save()
        Tip.objects.filter(pk=tip.pk).update(article=article)
        render_texts(article)
        arrange(issue)
    return article


def drafted(tip: Tip, issue: Issue) -> Article:
    """Not stored yet. What the worker has not found is guessed from the address, and from the reader's first words."""
    found = Link.objects.filter(address=plain(tip.link)).first() or Link(address=tip.link)
    address = found.moved_to if 0 < len(found.moved_to) <= LONGEST else tip.link
    title = found.title or (title_of(address) if address else tip.excerpt)
    article = Article(issue=issue, newsletter=issue.newsletter, kind=Article.Kind.ITEM, title=title, body=tip.text)
    article.slug = free_slug(title, Article.objects.filter(issue=issue), otherwise="item")
    article.tip_credit = tip.credited_as
    if address:
        article.source_url, article.source_name = address, (found.name or site_of(address))[:120]
        article.source_language = found.language if found.language != issue.newsletter.language else ""
    return article


def stored_picture(tip: Tip) -> Picture | None:
    """The tip's picture among those of the publication, where its words are still to be written."""
    there = Picture.objects.filter(checksum=tip.checksum).first() if tip.checksum else None
    file = None if there or not tip.picture else picture_of(tip)
    if file is None:
        return there
    with translation.override(spoken(tip.newsletter.language)):
        credit = _("Photo: %(name)s") % {"name": tip.credited_as} if tip.credited_as else ""
    name = Picture.objects.free_name(tip.excerpt[:40])
    return Picture.objects.create(name=name, file=file, checksum=tip.checksum, credit=credit)


@transaction.atomic
def take_away(tip: Tip) -> bool:
    """Delete the draft that was made of it; then it is kept again. Nothing that readers have seen is deleted so."""
    locking.lock(Issue.objects.filter(pk__in=Article.objects.filter(tips=tip).values("issue")))
    draft = Article.objects.filter(tips=tip, status=Status.DRAFT).first()
    if draft:
        issue = draft.issue
        draft.delete()
        arrange(issue) if issue else None
    return draft is not None


@transaction.atomic
def decline(tip: Tip, by: User, reason: str = "", *, tells: bool = False) -> bool:
    """Put a tip aside, and tell its sender why if the editor wishes so, once."""
    is_told = bool(tells and reason and tip.may_be_told)
    told_at = timezone.now() if is_told else tip.told_at
    done = tip.become(State.DECLINED, by, reason=reason, told_at=told_at)
    if done and is_told:
        tell(tip, gettext_lazy("About your tip for %(newsletter)s"), "declined", reason=reason)
    return done


def tell(tip: Tip, subject: Promise, template: str, **context: object) -> OutgoingMail:
    """A mail to who sent a tip, in the language in which they read. It says nothing that they have typed: the address
    may be somebody else's."""
    with translation.override(spoken(tip.language)):
        words = str(subject) % {"newsletter": tip.newsletter}
    return outbox.send_text(
        tip.email,
        words,
        f"participation/mail/{template}.txt",
        {"tip": tip, **context},
        kind=OutgoingMail.Kind.CONVERSATION,
        language=tip.language,
        reply_to=tip.newsletter.reply_to or tip.newsletter.sender_address,
    )
