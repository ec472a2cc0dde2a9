"""Pages of many kinds as their text is copied: of each comes what a good editor would have made of it.

The folders in `tests/documents/` hold each text as `NAME.txt`, and what is expected of it as `NAME.yaml`. The code was
written with `raw/` at hand; `raw2/` was written by somebody who had not read the code. In a `NAME.yaml` stand:

- `kind`, `title`, `authors`, `date`, `opening_begins`, `opening_contains`, `closing_contains`
- `sections`; `articles`, each with `title`, `kind` and, where it matters, `source_url`, `source_language` and how its
  text `begins` and `ends`; `items` instead, where it is a matter of taste what else is an article
- `titles`: lines that are the title of a section, of an article or within a text; `headings`: all those within texts
- `lists` and `questions` by their number; `captions` and `videos`, each of which leaves a place to fill
- `comments`, each with `name`, `headline` (null: any), `written` and the words with which its text begins
- `must_appear` in texts, `must_not_appear` in anything readers see; `most_proposals`
- `mended`: what becomes something else on the way, such as words that the end of a line has broken

Words are compared without regard to capitals, signs and spaces.
"""

import re
from difflib import ndiff
from functools import cache
from html import unescape
from itertools import zip_longest
from pathlib import Path

import pytest
import yaml

from core.markup import render
from newsletter.composing import from_path, read
from newsletter.models import Article
from tests.newsletter.test_compose_loses_nothing import said

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"
FOLDERS = ["raw", "raw2"]
#: What is expected of each text, by its name.
CORPUS = {path.stem: path for folder in FOLDERS for path in sorted((DOCUMENTS / folder).glob("*.yaml"))}
WORD = re.compile(r"[^\W_]+")
#: Says in which language a source is: becomes a property of the item.
LANGUAGE_NOTE = re.compile(r"[(（](?:link (?:in|auf) |en |荷兰语)[^)）]{0,20}[)）]", re.IGNORECASE)
CHINESE_NUMBER = re.compile("^[一二三四五六七八九十]+、")
#: So many words in a row are not found again by chance.
RUN = 5


@cache
def expected(name):
    return yaml.safe_load(CORPUS[name].read_text())


@cache
def plan_of(name):
    return read(from_path(CORPUS[name].with_suffix(".txt")))


def pasted(name):
    """The text as it was copied, without what is known to become something else."""
    text = CORPUS[name].with_suffix(".txt").read_text()
    for broken, whole in expected(name).get("mended", {}).items():
        text = text.replace(broken, whole)
    return LANGUAGE_NOTE.sub(" ", text)


@cache
def rendered(name):
    return [render(text.source) for text in plan_of(name).texts]


def articles_expected(name):
    return expected(name).get("articles") or expected(name).get("items", [])


def article_title(article):
    return plain(CHINESE_NUMBER.sub("", article.title))


def documents(*keys):
    """Make a test of a check: it looks at each text of which one of these is expected, and tells all that fail."""

    def looked_at(check):
        def test():
            problems = []
            for name in CORPUS:
                if not keys or any(key in expected(name) for key in keys):
                    try:
                        check(name)
                    except pytest.fail.Exception as problem:
                        problems.append(f"{name}:\n{problem}")
            find_none(problems)

        test.__doc__ = check.__doc__
        return test

    return looked_at


def plain(words):
    return " ".join(WORD.findall(words.replace("\u200b", ""))).casefold()


def plainly(lines):
    return [plain(line) for line in lines]


def agree(found, wanted):
    """Fail where these are not the same lines: `-` is what is wanted, `+` what came instead."""
    found, wanted = [str(line) for line in found], [str(line) for line in wanted]
    if found != wanted:
        pytest.fail("\n".join(line.rstrip() for line in ndiff(wanted, found) if line[0] in "-+"), pytrace=False)


def headings(html):
    found = re.findall(r"<h(\d)(?![^>]*question)[^>]*>(.*?)</h\1>", html, re.DOTALL)
    return [unescape(re.sub("<[^>]*>", "", words)) for _, words in found]


def gaps(name, *, are_videos):
    return [gap.words for text in plan_of(name).texts for gap in text.gaps if gap.is_video is are_videos]


def texts(name):
    return "\n\n".join(text.source for text in plan_of(name).texts)


def whole(words):
    """These words, not as parts of longer ones, unless they are Chinese or signs."""
    return r"(?<![a-zA-Z])" * words[0].isalpha() + re.escape(words) + r"(?![a-zA-Z])" * words[-1].isalpha()


def find_none(wrong):
    """Fail where there is anything of the kind, and say what."""
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def holds(text, words):
    """Fail where a text is without these words."""
    if plain(words) not in plain(text):
        pytest.fail(f"“{words}” is not in “{text[:200]}”", pytrace=False)


def seen_by_readers(name):
    plan = plan_of(name)
    yield from said(plan)
    yield from (gap.words for text in plan.texts for gap in text.gaps)
    for comment in plan.conversation:
        yield from (comment.name, comment.headline, comment.text)


def seen_by_editors(name):
    plan = plan_of(name)
    yield from seen_by_readers(name)
    yield from (comment.written for comment in plan.conversation)
    yield from plan.about.authors
    yield from (remark.message for remark in plan.all_remarks)
    for proposal in plan.proposals:
        yield proposal.message
        yield from (guess.words for guess in proposal.guesses)


@documents()
def test_document_becomes_an_issue_or_an_article(name):
    agree(["issue" if plan_of(name).is_issue else "article"], [expected(name)["kind"]])


@documents()
def test_title_is_found(name):
    agree([plain(plan_of(name).title)], [plain(expected(name)["title"])])


@documents("authors", "date")
def test_page_says_who_wrote_it_and_when(name):
    about = plan_of(name).about
    wanted = expected(name)
    found = {"authors": about.authors, "date": about.date and about.date.date()}
    agree(*([(key, told[key]) for key in found if key in wanted] for told in (found, wanted)))


@documents("opening_begins")
def test_opening_begins_where_it_should(name):
    begins = plain(expected(name)["opening_begins"])
    agree([plain(plan_of(name).opening.source)[: len(begins)]], [begins])


@documents("opening_contains")
def test_opening_is_found(name):
    holds(plan_of(name).opening.source, expected(name)["opening_contains"])


@documents("closing_contains")
def test_closing_is_found(name):
    holds(plan_of(name).closing.source, expected(name)["closing_contains"])


@documents("sections")
def test_sections_are_found_in_order(name):
    found = [CHINESE_NUMBER.sub("", section.title) for section in plan_of(name).sections if section.title]
    agree(plainly(found), plainly(expected(name)["sections"]))


@documents("articles")
def test_articles_are_found_in_order(name):
    found = [(article_title(article), str(article.kind)) for article in plan_of(name).articles]
    agree(found, [(plain(article["title"]), article["kind"]) for article in expected(name)["articles"]])


@documents("items")
def test_items_are_found_in_order(name):
    found = [article_title(article) for article in plan_of(name).articles if article.kind == Article.Kind.ITEM]
    agree(found, [plain(item["title"]) for item in expected(name)["items"]])


@documents("articles", "items")
def test_articles_have_their_sources(name):
    found = [
        (article_title(article), article.source_url, article.source_language)
        for article in plan_of(name).articles
        if article.source_url or article.source_language
    ]
    wanted = [
        (plain(article["title"]), article.get("source_url", ""), article.get("source_language", ""))
        for article in articles_expected(name)
        if "source_url" in article or "source_language" in article
    ]
    agree(found, wanted)


@documents("articles", "items")
def test_texts_begin_and_end_where_they_should(name):
    found = {article_title(article): plain(article.text.source) for article in plan_of(name).articles}
    wrong = []
    for article in articles_expected(name):
        text = found.get(plain(article["title"]), "")
        if not text.startswith(plain(article.get("begins", ""))):
            wrong.append(f"“{article['title']}” begins “{text[:80]}” and not “{article['begins']}”")
        if not text.endswith(plain(article.get("ends", ""))):
            wrong.append(f"“{article['title']}” ends “{text[-80:]}” and not “{article['ends']}”")
    find_none(wrong)


@documents("titles")
def test_lines_that_name_a_part_are_titles_of_some_rank(name):
    plan = plan_of(name)
    found = [section.title for section in plan.sections] + [article.title for article in plan.articles]
    found += [words for page in rendered(name) for words in headings(page.html)]
    find_none(sorted(set(plainly(expected(name)["titles"])) - set(plainly(found))))


@documents("headings")
def test_headings_within_texts_are_found_in_order(name):
    found = [words for page in rendered(name) for words in headings(page.html)]
    agree(plainly(found), plainly(expected(name)["headings"]))


@documents("lists")
def test_lists_are_found(name):
    pages = [re.sub(r'(?s)<\w+ class="footnote.*', "", page.html) for page in rendered(name)]
    agree([sum(page.count("<ul") + page.count("<ol") for page in pages)], [expected(name)["lists"]])


@documents("questions")
def test_questions_are_found_with_their_answers(name):
    agree([sum(len(page.questions) for page in rendered(name))], [expected(name)["questions"]])


@documents("captions")
def test_captions_keep_the_places_of_their_pictures(name):
    agree(plainly(gaps(name, are_videos=False)), plainly(expected(name)["captions"]))


@documents()
def test_videos_keep_their_places(name):
    found, wanted = plainly(gaps(name, are_videos=True)), plainly(expected(name).get("videos", []))
    agree([words[: len(video)] for words, video in zip_longest(found, wanted, fillvalue="")], wanted)


@documents("comments")
def test_comments_are_found_in_order(name):
    found = [comment.name for comment in plan_of(name).conversation]
    agree([repr(comment) for comment in found], [repr(comment["name"]) for comment in expected(name)["comments"]])


@documents("comments")
def test_comments_are_found_whole(name):
    wanted = [
        (plain(comment["text_begins"]), comment.get("headline", ""), comment.get("written", ""))
        for comment in expected(name)["comments"]
    ]
    found = [
        (plain(comment.text)[: len(text)], headline if headline is None else comment.headline, comment.written)
        for comment, (text, headline, _) in zip(plan_of(name).conversation, wanted, strict=False)
    ]
    agree(found, wanted)


@documents("must_appear")
def test_what_belongs_to_the_text_is_in_a_text(name):
    text = plain(texts(name))
    find_none([words for words in expected(name)["must_appear"] if plain(words) not in text])


@documents("must_not_appear")
def test_page_around_the_text_is_in_no_text(name):
    seen = "\n".join(seen_by_readers(name))
    places = [re.search(whole(words), seen) for words in expected(name)["must_not_appear"]]
    find_none([f"{place[0]}: …{seen[max(0, place.start() - 30) : place.end() + 30]!r}…" for place in places if place])


@documents("most_proposals")
def test_few_decisions_are_left_to_the_editor(name):
    proposals = [proposal.message for proposal in plan_of(name).proposals]
    find_none(proposals if len(proposals) > expected(name)["most_proposals"] else [])


@documents()
def test_nothing_is_taken_for_code(name):
    find_none([page.html for page in rendered(name) if "<pre" in page.html])


@documents()
def test_every_word_is_found_again(name):
    found = set(plain("\n".join(seen_by_editors(name))).split())
    words = [word for word in plain(pasted(name)).split() if not word.isnumeric()]
    find_none(sorted(set(words) - found))


@documents()
def test_every_line_is_found_again(name):
    found = f" {plain(' '.join(seen_by_editors(name)))} "
    missing = []
    for line in re.split(r"[\n\t<>]", pasted(name)):
        words = plain(re.sub(r"^\s*\d+[.)、]", "", line)).split()
        runs = [" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
        if any(f" {run} " not in found for run in runs):
            missing.append(line)
    find_none(missing)
