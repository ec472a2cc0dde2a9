"""Who writes, and about what: the address that a mail came to says it; who it says it is from only raises doubts."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from comments.models import Comment, Discussion, discussion_of
from core.mail.incoming import sender
from core.mail.messages import normal
from core.mail.quoting import storable
from core.mail.replies import Claim
from correspondence.models import Revocation, Thread
from mailing.models import Subscriber
from newsletter.models import Article, Issue, Newsletter

#: What a mail server found out about a mail (RFC 8601), each with the domain that it is about.
VERDICT = re.compile(r"\b(?:dkim|spf|dmarc)\s*=\s*(\w+)([^;]{0,500})", re.IGNORECASE)
DOMAIN = re.compile(r"(?:header\.[di]|smtp\.mailfrom|header\.from)\s*=\s*\"?(?:[^\s;\"@]*@)?([\w.-]+)", re.IGNORECASE)
#: Of headers that servers write: how much is looked at, and how many that pass a mail on can be our own.
LONGEST_HEADER, OWN_SERVERS = 4000, 3
RECEIVED_BY = re.compile(r"\bby\s+([\w.-]+)", re.IGNORECASE)


class Writer(NamedTuple):
    """The person of an address for answers, as they are now."""

    email: str
    name: str
    language: str
    user: User | None
    subscriber: Subscriber | None

    @classmethod
    def of(cls, claim: Claim) -> Self | None:
        """None where nobody is left."""
        if claim.person.startswith("u"):
            user = User.objects.filter(pk=claim.person_id).first()
            return cls(user.email, user.display_name, user.language, user, None) if user else None
        subscriber = Subscriber.objects.select_related("user").filter(pk=claim.person_id).first()
        if subscriber is None:
            return None
        user = subscriber.user or User.objects.filter(email=subscriber.email, is_confirmed=True).first()
        name = user.display_name if user and user.display_name else subscriber.name
        return cls(subscriber.email, name, subscriber.language or (user.language if user else ""), user, subscriber)


class Place(NamedTuple):
    """What is answered."""

    newsletter: Newsletter
    issue: Issue | None = None
    article: Article | None = None
    parent: Comment | None = None
    thread: Thread | None = None

    @classmethod
    def of(cls, claim: Claim) -> Self | None:
        """None where it is gone."""
        kind, pk = claim.place[0], claim.place_id
        if kind == "i" and (issue := Issue.objects.select_related("newsletter").filter(pk=pk).first()):
            return cls(issue.newsletter, issue=issue)
        articles = Article.objects.select_related("newsletter", "issue")
        if kind == "a" and (article := articles.filter(pk=pk).first()):
            return cls(article.newsletter, article=article)
        if kind == "c" and (parent := Comment.objects.with_places().filter(pk=pk).first()):
            found = parent.discussion
            return cls(found.newsletter, issue=found.issue, article=found.article, parent=parent)
        if kind == "d" and (thread := Thread.objects.select_related("newsletter").filter(pk=pk).first()):
            return cls(thread.newsletter, thread=thread)
        newsletter = Newsletter.objects.filter(pk=pk).first() if kind == "n" else None
        return cls(newsletter) if newsletter else None

    @property
    def title(self) -> str:
        return str((self.article or self.issue or self.newsletter).title)

    @property
    def discussion(self) -> Discussion | None:
        place = self.article or self.issue
        return discussion_of(place) if place else None


def is_revoked(claim: Claim) -> bool:
    given_out = datetime.fromtimestamp(claim.minute * 60, UTC)
    own = Revocation.objects.filter(Q(place="") | Q(place=claim.place), person=claim.person)
    return own.filter(at__gte=given_out).exists()


def sender_of(message: EmailMessage) -> tuple[str, str]:
    """The name and the address that a mail says it is from."""
    name, email = sender(message)
    return storable(name)[:80], normal(storable(email))[:254]


def doubt(message: EmailMessage, writer: Writer) -> str:
    """Why it may not be that person who wrote it; nothing where nothing says so."""
    email = sender_of(message)[1]
    if email not in {writer.email, writer.user.email if writer.user else ""} - {""}:
        return _("It came from another address: %(address)s") % {"address": email or "?"}
    return _("The mail server says that its sender may be forged.") if is_refuted(message, email) else ""


def is_refuted(message: EmailMessage, sender: str) -> bool:
    """Whether our own mail server looked at signature (DKIM) and origin (SPF), and neither stands for the domain of
    the sender. It writes above what others wrote, and names itself: anything else is believed by nobody."""
    header = str(message.get("Authentication-Results", ""))[:LONGEST_HEADER]
    passed_on = [str(each)[:LONGEST_HEADER] for each in message.get_all("Received", [])[:OWN_SERVERS]]
    own = [found[1] for each in passed_on if (found := RECEIVED_BY.search(each))]
    own.append(urlsplit(settings.BOUNCE_MAILBOX).hostname or "")
    named = header.partition(";")[0].strip().partition(" ")[0]
    if not any(is_below(".".join(host.split(".")[-2:]), named) for host in own):
        return False
    verdicts = [(found[1].lower(), DOMAIN.findall(found[2])) for found in VERDICT.finditer(header)]
    return bool(verdicts) and not any(
        said == "pass" and (not domains or any(stands_for(each, sender) for each in domains))
        for said, domains in verdicts
    )


def stands_for(domain: str, email: str) -> bool:
    """Whether a domain is that of an address, or is above or below it."""
    other = email.rpartition("@")[2]
    return is_below(domain, other) or is_below(other, domain)


def is_below(domain: str, name: str) -> bool:
    domain, name = domain.lower().strip("."), name.lower().strip(".")
    return bool(domain) and f".{name}".endswith(f".{domain}")
