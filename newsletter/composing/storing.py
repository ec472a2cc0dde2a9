"""From a plan to the database, in one transaction. What fails leaves nothing behind, no file either."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from taggit.models import Tag

from accounts.models import User
from core import locking
from core.markup import PICTURE
from newsletter import publishing, revising, talks
from newsletter.arranging import LAST, arrange
from newsletter.composing.matching import find_composed, take_old, whole
from newsletter.composing.plan import Conversation, Plan, PlannedArticle, PlannedSection, PlannedText, Unreadable
from newsletter.imaging import delete_stored
from newsletter.models import (
    Article,
    Contribution,
    Contributor,
    Issue,
    Newsletter,
    Picture,
    Revision,
    Section,
    Status,
    TaggedArticle,
)
from newsletter.models.slugs import free_slug, next_slug
from newsletter.publishing import Change
from newsletter.rendering import render_articles, render_texts
from newsletter.talks import OlderComment

#: What a document says of an article itself.
WRITTEN = [
    *("title", "kind", "body", "source_url", "source_name", "source_language", "updated_at"),
    *("summary", "document_checksum", "published_at", "lead_picture"),
]


class AlreadyComposed(Exception):
    """There is an issue or an article of this document already, and nobody said to replace it."""

    def __init__(self, thing: Issue | Article, plan: Plan) -> None:
        self.thing = thing
        self.is_same_document = thing.document_checksum == plan.checksum
        super().__init__(_("%(name)s is there already.") % {"name": name_of(thing)})


@dataclass(slots=True)
class Composed:
    """What came of a plan."""

    thing: Issue | Article
    is_new: bool
    #: What the editor should know, in sentences.
    remarks: list[str] = field(default_factory=list)
    #: What was made beside it: new pictures, tags and contributors.
    made: list[Picture | Tag | Contributor] = field(default_factory=list)
    #: How it was before, and of what document it was.
    before: list[Revision] = field(default_factory=list)
    checksum_before: str = ""


def name_of(thing: Issue | Article) -> str:
    if isinstance(thing, Issue):
        return _("No. %(number)s “%(title)s”") % {"number": thing.number, "title": thing}
    return _("“%(title)s”") % {"title": thing}


def compose(
    plan: Plan,
    newsletter: Newsletter,
    by: User | None = None,
    *,
    replace: bool = False,
    remove_missing: bool = False,
    conversations: Sequence[Conversation] | None = None,
    find: Callable[[Plan, Newsletter], Issue | Article | None] = find_composed,
) -> Composed:
    """Make a draft of a plan. With `replace`, what there is of the document gets its texts instead. It keeps its
    number, address and state then, and so do articles with the source, the address or the title of one in the
    document. Others stay behind the new ones; `remove_missing` withdraws those that are public and deletes those that
    no reader has seen. A new article in a public issue is a draft. What was said elsewhere is brought in below it:
    `conversations`, or without them that of the plan. Raises AlreadyComposed, or Unreadable where a value of the
    document is refused. The number of queries does not grow with that of the articles."""
    with removed_on_failure() as pictures, transaction.atomic():
        locking.lock(Newsletter.objects.filter(pk=newsletter.pk))
        existing = find(plan, newsletter)
        if existing and not replace:
            raise AlreadyComposed(existing, plan)
        before = revising.remember_all(whole(existing)) if existing else []
        lead = store_pictures(plan, pictures)
        thing = existing or new_thing(plan, newsletter)
        thing.lead_picture = lead or thing.lead_picture
        composed = Composed(thing, existing is None, before=before, checksum_before=thing.document_checksum)
        write_facts(thing, plan)
        if isinstance(thing, Issue):
            write_issue(thing, plan, composed, by, remove_missing=remove_missing)
            render_texts(thing)
        else:
            write_articles([(thing, plan.articles[0])], plan, composed)
        composed.made += pictures
        revising.record_all(whole(thing), by, _("Composed"))
        composed.remarks += bring_in(thing, plan.conversations if conversations is None else conversations, by)
    return composed


def read_comments(content: bytes) -> list[OlderComment]:
    """What was said elsewhere: the comments in a file of JSON or CSV. Raises Unreadable."""
    if not talks.archives:
        raise Unreadable(_("This site takes in no comments."))
    return talks.archives[0].read_comments(content)


def bring_in(thing: Issue | Article, conversations: Sequence[Conversation], by: User | None) -> list[str]:
    """Store what was said below an issue or article; returns what the editor should know. Raises Unreadable. What was
    brought in before stays as it is."""
    return [
        remark
        for archive in talks.archives
        for conversation in conversations
        for remark in archive.bring_in(thing, conversation.comments, by, copied_on=conversation.copied_on)
    ]


@contextmanager
def removed_on_failure() -> Iterator[list[Picture]]:
    """Delete the files of the pictures in this list, if what happens with them fails. Raises Unreadable for what is
    refused."""
    pictures: list[Picture] = []
    try:
        yield pictures
    except BaseException as error:
        for picture in pictures:
            delete_stored(picture.file.name)
        if isinstance(error, ValidationError):
            raise Unreadable(" ".join(error.messages)) from error
        raise


def store_pictures(plan: Plan, stored: list[Picture]) -> Picture | None:
    """Store the pictures of a plan, and let its texts call them by their names; returns that at its head. One that is
    there already, from the same file and with the same caption and credit, is used again."""
    names: dict[str, str] = {}
    lead = None
    for planned in plan.pictures:
        facts = {"checksum": planned.file.checksum, "caption": planned.caption, "credit": planned.credit}
        picture = Picture.objects.filter(**facts).first()
        if picture is None:
            name = Picture.objects.free_name(planned.filename)
            planned.file.seek(0)
            picture = Picture(name=name, file=planned.file, alt=planned.alt, credit_url=planned.credit_url, **facts)
            stored.append(picture)
            picture.save()
        names[planned.name] = picture.name
        lead = picture if planned is plan.lead else lead
    for text in plan.texts:
        text.source = PICTURE.sub(lambda found: f"picture:{names.get(found[1], found[1])}", text.source)
    return lead


def new_thing(plan: Plan, newsletter: Newsletter) -> Issue | Article:
    if not plan.is_issue:
        others = Article.objects.stand_alone()
        slug = plan.about.slug or free_slug(plan.title, others)
        return Article(newsletter=newsletter, slug=slug)
    number = plan.about.number or Issue.objects.next_number(newsletter)
    slug = plan.about.slug or free_slug(plan.title, newsletter.issues.all(), otherwise=f"no-{number}")
    return Issue(newsletter=newsletter, number=number, slug=slug)


def write_facts(thing: Issue | Article, plan: Plan) -> None:
    """What the document says of itself. The date of a draft is the one that publishing it will offer."""
    thing.title, thing.document_checksum = plan.title, plan.checksum
    thing.summary = plan.about.summary or thing.summary
    if isinstance(thing, Issue):
        thing.subject = plan.about.subject or thing.subject
        thing.preheader = plan.about.preheader or thing.preheader
    if thing.status == Status.DRAFT:
        thing.published_at = plan.about.date or thing.published_at


def write_issue(issue: Issue, plan: Plan, composed: Composed, by: User | None, *, remove_missing: bool) -> None:
    issue.body, issue.closing = plan.opening.source, plan.closing.source
    issue.full_clean()
    issue.save()
    is_new = composed.is_new
    old_articles = [] if is_new else list(issue.articles.select_related("section").in_reading_order())
    old_sections = [] if is_new else list(issue.sections.all())
    slugs = {article.slug for article in old_articles}
    sections = [as_before(section, old_articles) for section in plan.sections]
    taken = take_old([article for section in sections for article in section.articles], old_articles)
    pairs: list[tuple[Article, PlannedArticle]] = []
    for place, planned_section in enumerate(sections, start=1):
        section = write_section(issue, planned_section, place, old_sections)
        for position, planned in enumerate(planned_section.articles, start=1):
            article = taken.get(id(planned)) or Article(
                newsletter=issue.newsletter, issue=issue, slug=next_slug(planned.slug, slugs, Article)
            )
            article.issue, article.section, article.position = issue, section, position
            if article.pk is None and not is_new:
                composed.remarks.append(_("New, and a draft: “%(title)s”.") % {"title": planned.title})
            pairs.append((article, planned))
    write_articles(pairs, plan, composed)
    settle(old_articles, old_sections, composed, by, remove_missing=remove_missing)
    arrange(issue)


def as_before(planned: PlannedSection, old: list[Article]) -> PlannedSection:
    """A section of text alone. Where it was an article of that name before, it stays one, and keeps its discussion."""
    named = (article for article in old if article.section and article.section.title == article.title == planned.title)
    if planned.articles or not planned.intro.source or not (article := next(named, None)):
        return planned
    line = planned.line
    essay = PlannedArticle(planned.title, article.slug, Article.Kind(article.kind), line, planned.intro)
    return PlannedSection(planned.title, line, PlannedText(), [essay])


def write_section(issue: Issue, planned: PlannedSection, place: int, old: list[Section]) -> Section | None:
    """Store a section, in place of an old one with its title. What comes before the first heading is in none."""
    if not planned.title:
        return None
    section = next((each for each in old if each.title == planned.title), None)
    if section:
        old.remove(section)
    section = section or Section(issue=issue, title=planned.title)
    section.intro, section.position = planned.intro.source, place
    section.clean_fields(exclude={"issue"})
    section.save()
    return section


def write_articles(pairs: Sequence[tuple[Article, PlannedArticle]], plan: Plan, composed: Composed) -> None:
    """Store articles with their bylines and tags, rendered and to be found."""
    for article, planned in pairs:
        article.title, article.kind, article.body = planned.title, planned.kind, planned.text.source
        article.source_url, article.source_name = planned.source_url, planned.source_name
        article.source_language = planned.source_language
        article.updated_at = timezone.now()
        article.clean_fields(exclude={"newsletter", "issue", "section"})
        article.clean()
        if article.issue is None:
            article.validate_constraints()
    articles = [article for article, _planned in pairs]
    new = [article for article in articles if article.pk is None]
    old = [article for article in articles if article.pk]
    Article.objects.bulk_create(new)
    Article.objects.bulk_update(old, [*WRITTEN, "section", "position"])
    composed.made += add_tags(articles, plan.about.tags)
    essays = [article for article in articles if article.kind == Article.Kind.ESSAY]
    composed.made += sign(essays or articles, plan.about.authors)  # where there is no essay, authors sign the items
    render_articles(new, are_new=True)
    render_articles(old)


def add_tags(articles: Sequence[Article], names: Sequence[str]) -> list[Tag]:
    """The first gets them as everybody does, so that those that are missing are made; the others get the same. Returns
    those that were made."""
    if not names or not articles:
        return []
    first, *rest = articles
    last = Tag.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    before = set(first.tags.values_list("pk", flat=True))
    first.tags.add(*names)
    wanted = {key(name) for name in names}
    tags = [tag for tag in first.tags.all() if tag.pk not in before or key(tag.name) in wanted]
    known = set(TaggedArticle.objects.filter(content_object__in=rest).values_list("content_object", "tag"))
    TaggedArticle.objects.bulk_create(
        TaggedArticle(content_object=article, tag=tag)
        for article in rest
        for tag in tags
        if (article.pk, tag.pk) not in known
    )
    return [tag for tag in tags if tag.pk > last]


def key(name: str) -> str:
    return normalize("NFC", name).casefold()


def sign(articles: Sequence[Article], names: Sequence[str]) -> list[Contributor]:
    """Returns those who were not known before."""
    if not articles or not names:
        return []
    by, new = [], []
    for name in names:
        known = Contributor.objects.filter(name__iexact=name).first()
        by.append(known or new_contributor(name))
        new += [] if known else [by[-1]]
    signed = Contribution.objects.filter(article__in=articles, role=Contribution.Role.AUTHOR)
    there = {(each.article_id, each.contributor_id) for each in signed}
    Contribution.objects.bulk_create(
        Contribution(article=article, contributor=each, role=Contribution.Role.AUTHOR, position=position)
        for article in articles
        for position, each in enumerate(by)
        if (article.pk, each.pk) not in there
    )
    return new


def new_contributor(name: str) -> Contributor:
    return Contributor.objects.create(name=name, slug=free_slug(name, Contributor.objects.all()))


def may_delete(article: Article) -> bool:
    """Whether no reader has seen it, as far as it and what hangs on it can tell."""
    is_unseen = article.status == Status.DRAFT or not article.is_due
    return is_unseen and not publishing.consequences(article, Change.DELETED)


def settle(
    articles: list[Article],
    sections: list[Section],
    composed: Composed,
    by: User | None,
    *,
    remove_missing: bool,
) -> None:
    """Part with what the document no longer has, or put it behind the rest."""
    for article in articles:
        if remove_missing and article.is_public:
            publishing.withdraw(article, by)
            remark = _("No longer in the document, and withdrawn: %(name)s.")
        elif remove_missing and may_delete(article):
            article.delete()
            remark = _("No longer in the document, and deleted: %(name)s.")
        else:
            article.position = LAST
            article.save(update_fields=["position"])
            remark = _("No longer in the document, and kept at the end: %(name)s.")
        composed.remarks.append(remark % {"name": name_of(article)})
    for section in sections:
        if section.articles.exists():
            section.position = LAST
            section.save(update_fields=["position"])
        else:
            section.delete()
