"""Readers' questions in an article: put there for an editor to answer, and told of to those who asked, once everybody
can read the answer."""

import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.addresses import absolute
from core.mail.outbox import send_text
from core.markup.source import literally
from core.models import OutgoingMail
from core.worker.looks import Look
from newsletter import revising
from newsletter.arranging import LAST, arrange
from newsletter.models import Article, Issue, Newsletter, Revision
from newsletter.models.slugs import free_slug
from newsletter.rendering import render_texts
from newsletter.sayings import Saying, sayings
from participation.models.voices import Question

MARKS = {"zh": ("问：", "答：")}
MOST_AT_ONCE = 100
LETTERS = re.compile(r"\W+")

DUE = Look(Question.objects.to_be_told)


@transaction.atomic
def new_article(newsletter: Newsletter, issue: Issue | None, title: str) -> Article:
    """A draft, in an issue or standing alone."""
    siblings = Article.objects.filter(issue=issue)
    article = Article(newsletter=newsletter, issue=issue, title=title, position=LAST)
    article.slug = free_slug(title, siblings)
    article.save()
    render_texts(article)
    if issue:
        arrange(issue)
    return article


def ask_in(article: Article, said: Iterable[Saying], by: User) -> list[Question]:
    """Append questions to an article, each with room for its answer. One that is there already is not asked again."""
    mark, answer = MARKS.get(article.newsletter.language[:2], ("Q: ", "A: "))
    with revising.writing(article, by, _("Readers’ questions")) as now:
        made = [question for saying in said if (question := keep(article, saying))]
        lines = [f"{mark}{literally(each.asked)}{each.credit}\n\n{answer}" for each in made]
        now.body = "\n\n".join([now.body.rstrip(), *lines]).strip()  # type: ignore[union-attr]
        now.save()
    return made


def keep(article: Article, saying: Saying) -> Question | None:
    named = ", ".join(literally(part) for part in (saying.name, saying.headline) if part)
    facts = {"asked": " ".join(saying.text.split()), "credit": f" — {named}" if named else "", "reader": saying.user}
    question, is_new = Question.objects.get_or_create(
        article=article, source=saying.source, key=saying.key, defaults=facts
    )
    return question if is_new else None


def tell_due() -> None:
    """Part of the worker's round: tell those who asked what everybody can read by now."""
    if not DUE.is_due():
        return
    for pk in Question.objects.to_be_told().order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        tell(pk)


@transaction.atomic
def tell(pk: int) -> None:
    """Once, whichever worker comes first; not before there is an answer. Who said it no longer is not written to."""
    due = Question.objects.to_be_told().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    question = due.first()
    address = answered_at(question) if question else ""
    if question is None or not address:
        return
    Question.objects.filter(pk=pk).update(told_at=timezone.now())
    saying = sayings([question.about]).get(question.about)
    if saying and saying.can_be_asked:
        write_to(saying, question, address)


def write_to(saying: Saying, question: Question, address: str) -> None:
    newsletter = question.article.newsletter.title
    send_text(
        saying.email,
        format_lazy(gettext_lazy("{newsletter} has answered you"), newsletter=newsletter),
        "participation/mail/answered.txt",
        {"question": question, "newsletter": newsletter, "url": absolute(address)},
        kind=OutgoingMail.Kind.CONVERSATION,
        language=saying.language,
        about=f"question-{question.pk}",
    )


def answered_at(question: Question) -> str:
    """Where its answer is: at its anchor, or where the editor has changed its words the article; empty as long as it
    stands there without an answer."""
    article, asked, credit = question.article, letters(question.asked), letters(question.credit)
    for anchor, words, html in article.questions:
        is_it = letters(words).startswith(asked) or (credit and letters(words).endswith(credit))
        if is_it:
            return f"{article.get_absolute_url()}#{anchor}" if letters(strip_tags(html)) else ""
    return "" if asked in letters(article.body) else article.get_absolute_url()


def letters(text: str) -> str:
    return LETTERS.sub("", text)


def forget_names(questions: QuerySet[Question]) -> None:
    """Let these tell nobody who asked: neither in their articles nor in what those have said before."""
    for question in questions.exclude(credit="").select_related("article__newsletter", "article__issue"):
        article, credit = question.article, re.compile(rf"{re.escape(question.credit)}(?!\w)")
        article.body = credit.sub("", article.body)
        article.save(update_fields=["body"])
        render_texts(article)
        for revision in Revision.objects.filter(article=article):
            for texts in (revision.texts, revision.base):
                if "body" in texts:
                    texts["body"] = credit.sub("", texts["body"])
            revision.save(update_fields=["texts", "base"])
    questions.update(credit="", reader=None)
