"""From a document to a plan. Nothing is stored, and nothing looked up."""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from urllib.parse import unquote

from django.utils.translation import gettext as _

from core.markup import referenced_pictures
from core.markup.dialect import LONGEST_TEXT
from core.rich_text import Unreadable
from core.slugs import first_free, slug_of
from newsletter.composing import front_matter
from newsletter.composing.blocks import FOOTNOTE, LINK_DEFINITION, Block, Kind, split
from newsletter.composing.html_pictures import pictures_from_html
from newsletter.composing.illustrating import ELSEWHERE, Illustrator, dead_links, filename_key
from newsletter.composing.inline import Targets, label_key, targets
from newsletter.composing.plan import Answers, FrontMatter, Plan, PlannedArticle, PlannedSection, PlannedText, Remark
from newsletter.composing.raw import understand
from newsletter.composing.relinking import Resolve, relink, whole
from newsletter.composing.structure import Outline, Start, choose, hidden_start, outline
from newsletter.composing.telling import tell_from_file, tell_from_heading, title_of_file
from newsletter.composing.titles import Title, fitting, heading_title, without_source
from newsletter.composing.translating import translate
from newsletter.composing.upload import Document
from newsletter.models import Article
from newsletter.models.slugs import FIXED_IN_ISSUE

UNASKED = Answers()
MARKDOWN = (".md", ".markdown", ".mdx")
#: What is of one document alone in a remark on how it was read.
QUOTED = re.compile("“.*”", re.DOTALL)


def read(document: Document, answers: Answers = UNASKED) -> Plan:
    """What would be made of a document, its pictures included, and of what the editor decided about it. Raises
    Unreadable where nothing can be made of it, or where a picture is refused."""
    about, text = (deepcopy(document.about), document.text) if document.about else front_matter.split(document.text)
    text, translated = translate(text)
    whole = relink(text, seen_from(about.base_url, document))
    understood = understand(whole, about, answers, is_markdown=is_markdown(document))
    blocks = list(pictures_from_html(understood.blocks))
    references = targets([block for block in blocks if block.kind is Kind.DEFINITION])
    take_subject(about, blocks)
    found = outline(blocks, references, about.title, lists_as_items=answers.lists_as_items)
    heading = next((block for block in found.opening if block.kind is Kind.HEADING and block.level == 1), None)
    learn(about, heading_title(heading.heading, references, with_number=True).words if heading else "", document.path)
    is_issue = about.kind == "issue" if about.kind else about.number is not None or found.is_issue
    is_issue = is_issue and not answers.as_article
    if not is_issue:
        found = Outline(opening=blocks)
    left_out = [start.title.words for start in choose(found, answers.choices)]
    title = take_title(found.opening, about, references, document.path, is_issue=is_issue)
    illustrator = Illustrator(document.files, references, set(referenced_pictures(document.text)))
    opening, *texts, closing = write_texts(illustrator, found)
    plan = Plan(is_issue, title.words, document.checksum, about, opening=opening, closing=closing, left_out=left_out)
    if is_issue:
        plan.sections = sections(found.starts, texts, answers)
    else:
        plan.opening = PlannedText()
        plan.sections = [PlannedSection("", 0, PlannedText(), [article(title, 1, opening)])]
    told = [Remark(words, None, QUOTED.sub("“…”", words)) for words in document.remarks]
    plan.remarks = [*told, *about.remarks, *translated, *understood.remarks, *remarks(plan, document, found, title)]
    plan.remarks += take_lead(plan, illustrator)
    plan.proposals, plan.conversation, plan.tail = understood.proposals, understood.conversation, answers.tail
    return plan


def is_markdown(document: Document) -> bool:
    """Whether it was written or converted, and not copied from somewhere."""
    return document.about is not None or document.path.lower().endswith(MARKDOWN)


def seen_from(base_url: str, document: Document) -> Resolve:
    """Makes addresses whole; those of files that are here stay."""
    resolve = whole(base_url)

    def resolved(address: str) -> str:
        is_here = not ELSEWHERE.match(address) and filename_key(unquote(address)) in document.files
        return address if is_here else resolve(address)

    return resolved


def take_subject(about: FrontMatter, blocks: list[Block]) -> None:
    """Of a mail without another title, the subject is its title, unless one heading is."""
    if (
        not about.title
        and about.subject
        and sum(block.kind is Kind.HEADING and block.level == 1 for block in blocks) != 1
    ):
        about.title, about.origins["title"] = about.subject, _("the subject")


def learn(about: FrontMatter, heading: str, path: str) -> None:
    """Number and date, where the front matter does not give them: from the title, from the heading, from the file."""
    for words in filter(None, (about.title, heading)):
        tell_from_heading(about, words)
    tell_from_file(about, path)


def take_lead(plan: Plan, illustrator: Illustrator) -> list[Remark]:
    """The picture at the head, as the front matter names it; returns what the editor should know."""
    if not plan.about.lead:
        return []
    text = illustrator.text(split(plan.about.lead))
    plan.lead, plan.remote_lead = next(iter(text.pictures), None), text.remote
    return [replace(remark, line=None) for remark in text.remarks]


def take_title(blocks: list[Block], about: FrontMatter, references: Targets, path: str, *, is_issue: bool) -> Title:
    """The title that the front matter gives, or that of the first heading of the first rank, which is taken away; else
    the name of the file."""
    for block in blocks:
        if block.kind is Kind.HEADING and block.level == 1:
            title = heading_title(block.heading, references, with_number=True)
            if is_issue:
                title = without_source(title, block.heading)
            if title.words and about.title.casefold() in {"", title.words.casefold()}:
                blocks[blocks.index(block) : blocks.index(block) + 1] = rest_of(title, block)
                about.origins.setdefault("title", _("the front matter") if about.title else _("the heading"))
                return title
            break
    if about.title:
        about.origins.setdefault("title", _("the front matter"))
        title = fitting(Title(about.title), about.title)
        blocks[:0] = rest_of(title, Block(Kind.PARAGRAPH, (), 1, 0))
        return title
    if not path:
        raise Unreadable(_("The document has no title. Begin it with a line like this: # March 2024"))
    about.origins["title"] = _("the name of the file")
    return Title(title_of_file(path), remarks=[_("The document has no title: its file gives it one.")])


def rest_of(title: Title, block: Block) -> list[Block]:
    """What a title could not hold, as blocks that begin in its line."""
    rest = split(title.rest)
    return [replace(part, line=block.line + part.line - 1) for part in rest]


def write_texts(illustrator: Illustrator, found: Outline) -> list[PlannedText]:
    """The opening, the text below each start, the closing."""
    below = ([*rest_of(start.title, start.block), *start.below] for start in found.starts)
    parts = [found.opening, *below, found.closing]
    texts = [illustrator.text(without_edges(part)) for part in parts]
    definitions = [[block for block in part if block.kind is Kind.DEFINITION] for part in parts]
    for text, source in zip(texts, carry([text.source for text in texts], definitions), strict=True):
        text.source = source
        if len(source) > LONGEST_TEXT:
            raise Unreadable(_("A text of this document is longer than 200,000 characters. Divide it."))
    return texts


def carry(sources: list[str], own: list[list[Block]]) -> list[str]:
    """Each text with the definitions of addresses and notes that it needs below it; they stand anywhere in a document.
    Of two with one label its own counts, else the document's first. `own` holds, for each text, those that were
    written in it. What no text needs stays where it was."""
    everywhere = [definition for definitions in own for definition in definitions]
    taken = [needed(source, [*near, *everywhere]) for source, near in zip(sources, own, strict=True)]
    used = {definition for definitions in taken for definition in definitions}
    return [
        below(source, [*wanted, *(definition for definition in near if definition not in used)])
        for source, wanted, near in zip(sources, taken, own, strict=True)
    ]


def needed(source: str, available: list[Block]) -> list[Block]:
    """The definitions that a text refers to, and those that these refer to."""
    chosen: dict[str, Block] = {}
    while True:
        referring = label_key("\n".join([source, *(definition.text for definition in chosen.values())]))
        found = {label(block): block for block in reversed(available) if f"[{label(block)}]" in referring}
        if found.keys() <= chosen.keys():
            return list(chosen.values())
        chosen = found | chosen


def label(definition: Block) -> str:
    """As it stands in brackets where it is used."""
    if note := FOOTNOTE.match(definition.lines[0]):
        return f"^{label_key(note[1])}"
    found = LINK_DEFINITION.match(definition.lines[0])
    return label_key(found[1]) if found else ""


def below(source: str, definitions: Iterable[Block]) -> str:
    in_order = sorted(definitions, key=lambda definition: definition.line)
    return "\n\n".join([source, *(definition.text for definition in in_order)]).strip("\n")


def without_edges(blocks: list[Block]) -> list[Block]:
    """The text in these blocks, without the thematic breaks before and behind it."""
    text = [block for block in blocks if block.kind is not Kind.DEFINITION]
    while text and text[0].kind is Kind.RULE:
        del text[0]
    while text and text[-1].kind is Kind.RULE:
        del text[-1]
    return text


def sections(starts: list[Start], texts: list[PlannedText], answers: Answers) -> list[PlannedSection]:
    """The sections of an issue, with their articles; what comes before the first heading in one without a title."""
    slugs = set(FIXED_IN_ISSUE)
    found = [PlannedSection("", 0, PlannedText())]
    for start, text in zip(starts, texts, strict=True):
        text.remarks[:0] = [Remark(remark, start.block.line) for remark in start.title.remarks]
        if start.is_section:
            found.append(PlannedSection(start.title.words, start.block.line, text))
        else:
            choice = answers.choices.get(start.block.line)
            kind = Article.Kind.ITEM if start.is_item else Article.Kind.ESSAY
            made = article(start.title, start.block.line, text, (choice and choice.kind) or kind)
            if source := answers.sources.get(start.block.line):
                made.source_url, made.source_name, made.source_language = source.url, source.name, source.language
            if start.title.note and not made.source_url:
                remark = _("“%(note)s”: the link did not come along. Set the address of the source here.")
                text.remarks.append(Remark.of(remark, made.line, note=start.title.note))
            made.can_merge = start.can_merge
            made.slug = first_free(made.slug, slugs)
            slugs.add(made.slug)
            found[-1].articles.append(made)
    for section in found:
        section.intro.remarks += irregularities(section)
    return [section for section in found if section.title or section.articles]


def article(title: Title, line: int, text: PlannedText, kind: Article.Kind = Article.Kind.ESSAY) -> PlannedArticle:
    if not text.source:
        text.remarks.append(Remark.of(_("“%(title)s” has no text."), line, title=title.words))
    slug = slug_of(title.words, otherwise="article")
    source = (title.source_url, title.source_name, title.source_language)
    return PlannedArticle(title.words, slug, kind, line, text, title.number, *source)


def irregularities(section: PlannedSection) -> Iterator[Remark]:
    if section.title and not section.articles and not section.intro.source:
        yield Remark.of(_("The section “%(title)s” is empty."), section.line, title=section.title)
    numbers = [article.number for article in section.articles if article.kind == Article.Kind.ITEM]
    if any(number != place for place, number in enumerate(numbers, start=1) if number):
        written = ", ".join(str(number or "–") for number in numbers)
        remark = _("The items are numbered %(numbers)s in the document; readers will see 1 to %(count)s.")
        yield Remark.of(remark, section.articles[0].line, numbers=written, count=len(numbers))


def remarks(plan: Plan, document: Document, found: Outline, title: Title) -> Iterator[Remark]:
    """What the editor should know of the document as a whole."""
    yield from (Remark(remark) for remark in title.remarks)
    for key in ("number", "subject", "preheader"):
        if not plan.is_issue and getattr(plan.about, key) and key not in plan.about.origins:
            yield Remark.of(_("An article outside any issue has no “%(key)s”."), key=key)
    if plan.is_issue and not plan.articles:
        yield from unplaced(plan.about)
    begun = {start.block for start in found.starts}
    for block in found.blocks:
        if block.kind is Kind.HEADING and block.level == 1 and block not in begun:
            remark = _("“%(heading)s” is not the title, and stays a heading in the text.")
            yield Remark.of(remark, block.line, heading=block.heading)
        if line := hidden_start(block):
            remark = _("This line looks like an item, but is inside a paragraph. Leave an empty line before it.")
            yield Remark(remark, line)
        if block.kind is Kind.DEFINITION:
            yield from dead_links(block)
    for name in document.unused:
        yield Remark.of(_("The text does not show “%(name)s”: this picture is not taken in."), name=name)


def unplaced(about: FrontMatter) -> Iterator[Remark]:
    """What only articles bear."""
    if about.tags:
        yield Remark.of(_("There is no article for these tags: %(names)s"), names=", ".join(about.tags))
    if about.authors:
        yield Remark.of(_("There is no article for these authors to sign: %(names)s"), names=", ".join(about.authors))
