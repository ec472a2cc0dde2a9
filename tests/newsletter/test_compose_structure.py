"""What a document is taken for: title, opening, sections, essays, items, closing."""

import pytest

from newsletter.composing import Action, Answers, Choice, Unreadable, from_text, read
from newsletter.models import Article


def outline(text, **choices):
    """A plan in short: one line for each part, in order."""
    plan = read(from_text(text), Answers(**choices))
    lines = [f"{'issue' if plan.is_issue else 'article'}: {plan.title}"]
    lines += [f"opening: {plan.opening.source}"] if plan.opening.source else []
    for section in plan.sections:
        lines += [f"section: {section.title}"] if section.title else []
        lines += [f"intro: {section.intro.source}"] if section.intro.source else []
        for article in section.articles:
            source = f" <{article.source_url}>" if article.source_url else ""
            language = f" ({article.source_language})" if article.source_language else ""
            lines.append(f"{article.kind}: {article.title}{source}{language} | {article.text.source}")
    lines += [f"closing: {plan.closing.source}"] if plan.closing.source else []
    return lines


WHOLE = """# March

Hello.

## Essays

### The tide

It came.

#### And went

It went.

## News

Three things.

### 1. [Crabs](https://example.org/crabs)

They walk.

2. **Terns**

   They fly.

---

Write to us.
"""


def test_a_document_becomes_an_issue():
    assert outline(WHOLE) == [
        "issue: March",
        "opening: Hello.",
        "section: Essays",
        "essay: The tide | It came.\n\n#### And went\n\nIt went.",
        "section: News",
        "intro: Three things.",
        "item: Crabs <https://example.org/crabs> | They walk.",
        "item: Terns | They fly.",
        "closing: Write to us.",
    ]


ITEMS = {
    "3. [Terns](https://a.org/b)": "item: Terns <https://a.org/b> | ",
    "3) [Terns](https://a.org/b)": "item: Terns <https://a.org/b> | ",
    "3、[燕鸥](https://a.org/b)": "item: 燕鸥 <https://a.org/b> | ",
    "3．**燕鸥**": "item: 燕鸥 | ",
    "３．[燕鸥](https://a.org/b)": "item: 燕鸥 <https://a.org/b> | ",
    "3）**燕鸥**正文": "item: 燕鸥 | 正文",
    r"3\. **Terns**": "item: Terns | ",
    "**3. Terns**": "item: Terns | ",
    "__3. Terns__": "item: Terns | ",
    "**3.** **Terns**": "item: Terns | ",
    "**3.** [Terns](https://a.org/b)": "item: Terns <https://a.org/b> | ",
    "[3. Terns](https://a.org/b)": "item: Terns <https://a.org/b> | ",
    "**3. [Terns](https://a.org/b)**": "item: Terns <https://a.org/b> | ",
    "**[3. Terns](https://a.org/b)**": "item: Terns <https://a.org/b> | ",
    "[**3. Terns**](https://a.org/b)": "item: Terns <https://a.org/b> | ",
    "3. **[Terns](https://a.org/b)**": "item: Terns <https://a.org/b> | ",
    "3. [**Terns**](https://a.org/b)": "item: Terns <https://a.org/b> | ",
    "3. [Terns](<https://a.org/b>)": "item: Terns <https://a.org/b> | ",
    "3. [Terns](https://a.org/b_(c))": "item: Terns <https://a.org/b_(c)> | ",
    "3. [Terns [and gulls]](https://a.org/b)": "item: Terns [and gulls] <https://a.org/b> | ",
    "3. [Terns *and* `gulls`](https://a.org/b)": "item: Terns and gulls <https://a.org/b> | ",
    "3. **Terns** fly.": "item: Terns | fly.",
    "3. **Terns**: they fly.": "item: Terns | they fly.",
    "3. **Terns** – they fly.": "item: Terns | they fly.",
    "3. **Terns**\nThey fly.\nFar.": "item: Terns | They fly.\nFar.",
    "3. **Terns**\n\n   They fly.\n\n   - far\n     - and wide": ("item: Terns | They fly.\n\n- far\n  - and wide"),
    "   3. **Terns**": "item: Terns | ",
    "3. [Terns](https://a.org/b) (link in Dutch)": "item: Terns <https://a.org/b> (nl) | ",
    "3. [Terns](https://a.org/b) *(in Dutch)* They fly.": "item: Terns <https://a.org/b> (nl) | They fly.",
    "**3. [Terns](https://a.org/b) (link in Dutch)**": "item: Terns <https://a.org/b> (nl) | ",
    "**3. [Terns](https://a.org/b)** (link in Dutch)": "item: Terns <https://a.org/b> (nl) | ",
    "3、[燕鸥](https://a.org/b)（荷兰语）": "item: 燕鸥 <https://a.org/b> (nl) | ",
    "3. [Sternes](https://a.org/b) (en néerlandais)": "item: Sternes <https://a.org/b> (nl) | ",
    "3. [Terns](https://a.org/b) (in Klingon)": "item: Terns <https://a.org/b> | (in Klingon)",
    "3. [Terns](https://a.org/b) (the Dutch love them)": "item: Terns <https://a.org/b> | (the Dutch love them)",
    "3. **Terns** ([The Shore](https://a.org/b))": "item: Terns | ([The Shore](https://a.org/b))",
    "3. [Terns][t]\n\n[t]: https://a.org/b": "item: Terns <https://a.org/b> | [t]: https://a.org/b",
    "3. [Terns](/b)": "item: Terns | [Terns](/b)",
    "### 3. [Terns](https://a.org/b)": "item: Terns <https://a.org/b> | ",
    "### 3. Terns": "item: Terns | ",
    "### 3) Terns": "item: Terns | ",
    "###   3、燕鸥   ###": "item: 燕鸥 | ",
    "###3、燕鸥": "item: 燕鸥 | ",
    "### **3. [Terns](https://a.org/b)** (in Dutch)": "item: Terns <https://a.org/b> (nl) | ",
    "### [Terns](https://a.org/b)": "essay: Terns <https://a.org/b> | ",
    "### [Terns](https://a.org/b) are back": "essay: Terns are back | [Terns](https://a.org/b) are back",
    "### [Terns](https://a.org/b) (Reuters)": "essay: Terns (Reuters) <https://a.org/b> | ",
    "### [Terns](https://a.org/b): they fly": "essay: Terns: they fly <https://a.org/b> | ",
    "### 3. [Terns](https://a.org/b) (in Dutch), again": "item: Terns, again <https://a.org/b> (nl) | ",
    "### **[Terns](https://a.org/b)** – they fly": "essay: Terns – they fly <https://a.org/b> | ",
    "### [Terns](https://a.org/b), [gulls](https://a.org/c)": (
        "essay: Terns <https://a.org/b> | , [gulls](https://a.org/c)"
    ),
    "### 10. August: Sturm": "essay: 10. August: Sturm | ",
    "### 3. März": "essay: 3. März | ",
    "### 1. Mai": "essay: 1. Mai | ",
    "### 2. 5. 2019": "essay: 2. 5. 2019 | ",
    "### 4.5 released": "essay: 4.5 released | ",
    "### 1. May the tide rise": "item: May the tide rise | ",
    "### 40. August": "item: August | ",
    "### 2. Terns of May": "item: Terns of May | ",
    "### Terns[^1]\n\n[^1]: Sterna.": "essay: Terns | Terns[^1]\n\n[^1]: Sterna.",
    "### Terns &amp; *gulls* \\* {#terns}": "essay: Terns & gulls * | ",
    "### 3.14 is pi": "essay: 3.14 is pi | ",
    "### 2024. A year": "essay: 2024. A year | ",
    "### snake_case and 2*3": "essay: snake_case and 2*3 | ",
}


@pytest.mark.parametrize("written", ITEMS)
def test_an_article_begins_where_a_title_is_recognised(written):
    assert outline(f"# M\n\n## News\n\n{written}\n")[2:] == [ITEMS[written]]


NO_START = [
    "3. Terns fly",
    "3. *Terns*",
    "In the end\n3. **terns** won.",
    "> 3. **Terns**",
    "> ### Terns",
    "> a quotation\nthat goes on\n3. **Terns**",
    "- seen:\n\n  3. **Terns**",
    "- seen:\n  1. **Terns**",
    "    3. **Terns**",
    "    ### Terns",
    "```\n### Terns\n\n3. **Terns**\n```",
    "~~~~\n```\n### Terns\n~~~\n~~~~",
    "<div>\n\n### Terns\n\n3. **Terns**\n\n</div>",
    "<!-- gone\n\n### Terns\n\n-->",
    "<pre>\n\n## Terns\n\n</pre>",
    "####  3. Terns",
    "#### [Terns](https://a.org/b)",
    "#terns",
    "text\n## ",
    "![3. Terns](https://a.org/b.png)",
    "1 2 3. **Terns**",
    "1234. **Terns**",
    "* 3. **Terns**",
    "a | b\n--- | ---\n3. | **Terns**",
]


@pytest.mark.parametrize("written", NO_START)
def test_nothing_begins_inside_something_else(written):
    assert outline(f"# M\n\n## News\n\n### First\n\n{written}\n\nEnd.")[2:] == [f"essay: First | {written}\n\nEnd."]


SHAPES = {
    "no section and no item": ("# A\n\nText.\n\n### B\n\nMore.", ["article: A", "essay: A | Text.\n\n### B\n\nMore."]),
    "items without a section": (
        "# M\n\nHello.\n\n1. **A**\n\n   Text.\n2. **B**",
        ["issue: M", "opening: Hello.", "item: A | Text.", "item: B | "],
    ),
    "articles before the first section": (
        "# M\n\n### A\n\nText.\n\n## S\n\n### B\n\nText.",
        ["issue: M", "essay: A | Text.", "section: S", "essay: B | Text."],
    ),
    "a section without an article": ("# M\n\n## S\n\nText.", ["issue: M", "section: S", "intro: Text."]),
    "a section around a link": (
        "# M\n\n## [S](https://a.org/s)\n\nText.",
        ["issue: M", "section: S", "intro: [S](https://a.org/s)\n\nText."],
    ),
    "a linked section with articles": (
        "# M\n\n## [S](https://a.org/s)\n\n### A\n\nText.",
        ["issue: M", "section: S", "intro: [S](https://a.org/s)", "essay: A | Text."],
    ),
    "a numbered section": ("# M\n\n## 1. S\n\nText.", ["issue: M", "section: 1. S", "intro: Text."]),
    "an empty section": ("# M\n\n## S\n\n## T\n\nText.", ["issue: M", "section: S", "section: T", "intro: Text."]),
    "a section with nothing but a thematic break": (
        "# M\n\n## S\n\n---\n\nBye.",
        ["issue: M", "section: S", "closing: Bye."],
    ),
    "text before the title": (
        "Hello.\n\n# M\n\n## S\n\nText.",
        ["issue: M", "opening: Hello.", "section: S", "intro: Text."],
    ),
    "a second title": (
        "# M\n\n## S\n\n### A\n\n# N\n\nText.",
        ["issue: M", "section: S", "essay: A | # N\n\nText."],
    ),
    "a title around a link": (
        "# [M](https://a.org)\n\n## S\n\nText.",
        ["issue: M", "opening: [M](https://a.org)", "section: S", "intro: Text."],
    ),
    "thematic breaks between articles": (
        "# M\n\n## S\n\n---\n\n### A\n\nText.\n\n***\n\nMore.\n\n---\n\n### B\n\nText.",
        ["issue: M", "section: S", "essay: A | Text.\n\n***\n\nMore.", "essay: B | Text."],
    ),
    "chinese entries line by line": (
        "# 三月\n\n## 新闻\n\n1、[螃蟹](https://a.org)\n它们走。\n２．**燕鸥**\n它们飞。\n**3）海鸥**\n它们叫。",
        [
            "issue: 三月",
            "section: 新闻",
            "item: 螃蟹 <https://a.org> | 它们走。",
            "item: 燕鸥 | 它们飞。",
            "item: 海鸥 | 它们叫。",
        ],
    ),
    "a thematic break at the very end": (
        "# M\n\n## S\n\nText.\n\n---\n",
        ["issue: M", "section: S", "intro: Text."],
    ),
    "two thematic breaks at the end": (
        "# M\n\n## S\n\nText.\n\n---\n\nBye.\n\n---\n",
        ["issue: M", "section: S", "intro: Text.", "closing: Bye."],
    ),
    "a thematic break in one article": (
        "# A\n\nText.\n\n---\n\nMore.",
        ["article: A", "essay: A | Text.\n\n---\n\nMore."],
    ),
    "empty headings": (
        "# M\n\n## S\n\n###\n\nText.\n\n##\n\nMore.",
        ["issue: M", "section: S", "intro: ###\n\nText.\n\n##\n\nMore."],
    ),
    "several titles where the title stands elsewhere": (
        "---\ntitle: M\n---\nHello.\n\n# S\n\n## A\n\nText.\n\n### B\n\nMore.\n\n# T\n\nText.",
        [
            "issue: M",
            "opening: Hello.",
            "section: S",
            "essay: A | Text.\n\n### B\n\nMore.",
            "section: T",
            "intro: Text.",
        ],
    ),
    "a title beside sections": (
        "---\ntitle: M\n---\n## S\n\n### A\n\nText.\n\n# T\n\nText.",
        ["issue: M", "section: S", "essay: A | Text.", "section: T", "intro: Text."],
    ),
    "links in bold between thematic breaks": (
        "# M\n\nHello.\n\n---\n\n**[A](https://a.org)**\n\nText.\n\n---\n\n[**B**](https://b.org) more\n\n---\n\nBye.",
        [
            "issue: M",
            "opening: Hello.",
            "item: A <https://a.org> | Text.",
            "item: B <https://b.org> | more",
            "closing: Bye.",
        ],
    ),
    "a link in bold at the end": (
        "# M\n\n## S\n\nText.\n\n---\n\n**[Write](https://a.org)**",
        ["issue: M", "section: S", "intro: Text.", "closing: **[Write](https://a.org)**"],
    ),
    "a number in the front matter": ("---\nnumber: 3\n---\n# M\n\nText.", ["issue: M", "opening: Text."]),
    "a kind in the front matter": (
        "---\nkind: article\n---\n# A\n\n## B\n\nText.",
        ["article: A", "essay: A | ## B\n\nText."],
    ),
    "windows lines, tabs and a byte order mark": (
        "\ufeff# M\r\n\r\n##\tS\r\n\r\n1.\t**A**\r\n\r\n\tText.\r\n",
        ["issue: M", "section: S", "item: A | Text."],
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_documents_of_every_shape_find_their_form(name):
    text, expected = SHAPES[name]
    assert outline(text) == expected


def test_headings_may_be_underlined():
    assert outline("March\n=====\n\nHello.\n\nNews\n----\n\n### A\n\nText.") == [
        "issue: March",
        "opening: Hello.",
        "section: News",
        "essay: A | Text.",
    ]


def test_a_line_below_a_longer_paragraph_is_a_thematic_break():
    assert outline("# M\n\n## News\n\nOne\ntwo\n---\nBye.")[1:] == [
        "section: News",
        "intro: One\ntwo",
        "closing: Bye.",
    ]


def test_the_whole_can_be_made_one_article():
    assert outline("# A\n\n## B\n\n1. **C**\n", as_article=True) == ["article: A", "essay: A | ## B\n\n1. **C**"]


def test_lists_of_links_become_items_where_that_is_wished():
    text = (
        "# M\n\n## News\n\n### Tools\n\n* [A](https://a.org): first\n* [video] [B](https://b.org)\n\n### C\n\nText.\n"
    )
    assert outline(text, lists_as_items=True)[1:] == [
        "section: News",
        "section: Tools",
        "item: A <https://a.org> | first",
        "item: [video] B <https://b.org> | ",
        "essay: C | Text.",
    ]
    assert outline(text)[2:] == [
        "essay: Tools | * [A](https://a.org): first\n* [video] [B](https://b.org)",
        "essay: C | Text.",
    ]


def test_tags_and_authors_without_an_article_are_told():
    plan = read(from_text("---\ntags: mud\nauthor: Ada Moor\n---\n# M\n\n## S\n\nText.\n"))
    assert [remark.message for remark in plan.remarks] == [
        "There is no article for these tags: mud",
        "There is no article for these authors to sign: Ada Moor",
    ]


def test_a_document_without_a_title_is_refused():
    with pytest.raises(Unreadable, match="no title"):
        read(from_text("## News\n\nText."))


def test_a_document_without_text_is_refused():
    with pytest.raises(Unreadable):
        from_text(" \n\t\n")


def test_each_text_takes_along_the_definitions_it_needs():
    text = "# M\n\nSee [b].\n\n## S\n\n### A\n\nOne[^1] and [two][B].\n\n### C\n\nThree[^n].\n\n"
    links = "[b]: https://b.org\n\n[c]: https://c.org\n\n[x]: https://x.org\n\n"
    note = "[^1]: Note, see [c].\n\n    More of it."
    assert outline(f"{text}{links}{note}\n\n[^n]: Last.")[1:] == [
        "opening: See [b].\n\n[b]: https://b.org",
        "section: S",
        f"essay: A | One[^1] and [two][B].\n\n[b]: https://b.org\n\n[c]: https://c.org\n\n{note}",
        "essay: C | Three[^n].\n\n[x]: https://x.org\n\n[^n]: Last.",
    ]


def test_of_two_notes_with_one_label_each_text_keeps_its_own():
    text = "# M\n\n## S\n\n### A\n\nOne[^1].\n\n[^1]: First.\n\n### B\n\nTwo[^1].\n\n[^1]: Second.\n"
    assert outline(text)[2:] == ["essay: A | One[^1].\n\n[^1]: First.", "essay: B | Two[^1].\n\n[^1]: Second."]


def test_a_title_that_is_too_long_is_cut_and_kept_whole_in_the_text():
    long = "word " * 60
    article = read(from_text(f"# M\n\n## S\n\n### {long}\n\nText.")).articles[0]
    assert len(article.title) <= 250
    assert article.title.endswith("word…")
    assert article.text.source == f"{long.strip()}\n\nText."
    assert len(article.slug) <= 80
    assert not article.slug.endswith(("-", "wor"))


def test_addresses_differ_within_an_issue():
    plan = read(from_text("# M\n\n## S\n\n### A b!\n\n### A B\n\n### 燕鸥\n\n### Comments\n\n### ???\n"))
    assert [article.slug for article in plan.articles] == ["a-b", "a-b-2", "燕鸥", "comments-2", "article"]


def lines_of(text):
    return {article.title: article.line for article in read(from_text(text)).articles}


def test_an_article_merged_into_the_one_before_stays_in_its_words():
    line = lines_of(WHOLE)["Terns"]
    assert outline(WHOLE, choices={line: Choice(Action.MERGE)})[-2:] == [
        "item: Crabs <https://example.org/crabs> | They walk.\n\n2. **Terns**\n\n   They fly.",
        "closing: Write to us.",
    ]


def test_only_an_article_with_one_before_it_in_its_section_can_be_merged():
    assert [article.can_merge for article in read(from_text(WHOLE)).articles] == [False, False, True]
    line = lines_of(WHOLE)["Crabs"]
    assert outline(WHOLE, choices={line: Choice(Action.MERGE)}) == outline(WHOLE)


def test_an_article_left_out_is_reported_and_what_is_merged_joins_the_one_before_it():
    text = "# M\n\n## S\n\n### A\n\nOne.\n\n### B\n\nTwo.\n\n### C\n\nThree.\n"
    lines = lines_of(text)
    choices = {lines["B"]: Choice(Action.LEAVE_OUT), lines["C"]: Choice(Action.MERGE)}
    assert outline(text, choices=choices)[2:] == ["essay: A | One.\n\n### C\n\nThree."]
    assert read(from_text(text), Answers(choices)).left_out == ["B"]


def test_the_editor_decides_the_kind():
    lines = lines_of(WHOLE)
    choices = {lines["Crabs"]: Choice(kind=Article.Kind.ESSAY), lines["The tide"]: Choice(kind=Article.Kind.ITEM)}
    kinds = {article.title: article.kind for article in read(from_text(WHOLE), Answers(choices)).articles}
    assert kinds == {"The tide": "item", "Crabs": "essay", "Terns": "item"}


FINDINGS = {
    "---\nkind: article\nnumber: 3\n---\n# A\n\nText.": "An article outside any issue has no “number”",
    "# M\n\n## S\n\n**1. A**\nText.\n**2. B**\nText.": "inside a paragraph. Leave an empty line",
    "# M\n\n## S\n\n### A\n\n# N\n\nText.": "“N” is not the title",
    "# M\n\n## S\n\n### A\n": "“A” has no text",
    "# M\n\n## S\n\n## T\n\nText.": "section “S” is empty",
    "# M\n\n## S\n\n### 1. A\n\nText.\n\n### 3. B\n\nText.": "numbered 1, 3 in the document; readers will see 1 to 2",
    "# M\n\n## S\n\n### 1. [A](https://a.org) (in Klingon)\n\nText.": "names no language that is known",
    "# M\n\n## S\n\n### [A](https://a.org) and B\n\nText.": "is kept in the text",
    "# M\n\n## S\n\n### " + "word " * 60 + "\n\nText.": "it is cut",
    "---\ntitle: N\n---\n# M\n\n## S\n\nText.": "“M” is not the title",
}


@pytest.mark.parametrize("text", FINDINGS)
def test_the_editor_is_told_what_is_odd(text):
    assert FINDINGS[text] in " ".join(remark.message for remark in read(from_text(text)).all_remarks)


def test_a_flawless_document_has_no_findings():
    assert read(from_text(WHOLE)).all_remarks == []
