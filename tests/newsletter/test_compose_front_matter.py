"""What documents say about themselves, as every program writes it."""

from datetime import UTC, datetime
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.composing import from_text, read
from newsletter.composing.front_matter import split

PROGRAMS = {
    "Jekyll": """---
layout: post
title: The long ebb
date: 2019-03-04 10:00:00 +0000
categories: [mud]
tags: tides
permalink: /2019/the-long-ebb/
redirect_from:
  - /old
---
""",
    "Hugo in YAML": """---
title: "The long ebb"
date: 2019-03-04T10:00:00Z
draft: false
tags: ["mud", "tides"]
url: /2019/the-long-ebb/
aliases: ["/old"]
---
""",
    "Hugo in TOML": """+++
title = "The long ebb"
date = 2019-03-04T10:00:00Z
tags = ["mud", "tides"]
url = "/2019/the-long-ebb/"
aliases = ["/old"]
+++
""",
    "Hugo in JSON": """{
  "title": "The long ebb",
  "date": "2019-03-04T10:00:00Z",
  "tags": ["mud", "tides"],
  "url": "/2019/the-long-ebb/",
  "aliases": ["/old"]
}
""",
    "Zola": """+++
title = "The long ebb"
date = 2019-03-04T10:00:00Z
path = "x"
aliases = ["/2019/the-long-ebb/", "/old"]
[taxonomies]
tags = ["mud", "tides"]
+++
""",
    "Pelican": """Title: The long ebb
Date: 2019-03-04 10:00
Category: mud
Tags: tides
Aliases: /2019/the-long-ebb/
Alias: /old

""",
    "MultiMarkdown": """title: The
    long ebb
date: 2019-03-04T10:00Z
keywords: mud,
    tides
url: /2019/the-long-ebb/
alias: /old

""",
    "Eleventy": """---json
{"title": "The long ebb", "date": "2019-03-04T10:00Z", "tags": ["mud", "tides"], "permalink": "/2019/the-long-ebb/",
 "alias": "/old"}
---
""",
    "Astro": """---
title: 'The long ebb'
pubDate: 'Mon, 04 Mar 2019 10:00:00 GMT'
tags: [mud, tides]
canonicalURL: /2019/the-long-ebb/
alias: /old
---
""",
    "Ghost": """---
title: The long ebb
published_at: 2019-03-04T10:00:00.000Z
tags:
  - name: mud
  - name: tides
canonical_url: /2019/the-long-ebb/
alias: /old
---
""",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_is_understood(program):
    about, body = split(f"{PROGRAMS[program]}# Text\n")
    assert about.title == "The long ebb"
    assert about.date == datetime(2019, 3, 4, 10, tzinfo=UTC)
    assert set(about.tags) == {"mud", "tides"}
    assert set(about.addresses) == {"/2019/the-long-ebb/", "/old"}
    assert body.strip() == "# Text"
    assert body.count("\n") == PROGRAMS[program].count("\n") + 1


WRITTEN = ["NO", "on", "007", "1e3", "2019-03-04", "12:30", "0x1F", "1_000", ".inf", "C#", "2018", "=", "Yes"]


@pytest.mark.parametrize("words", WRITTEN)
def test_a_title_stays_the_text_that_was_written(words):
    assert split(f"---\ntitle: {words}\n---\n")[0].title == words


ODD = {
    "title: Rust: the news": ("title", "Rust: the news"),
    'title: "Ebb" and flow': ("title", '"Ebb" and flow'),
    "title: [WIP] Ebb": ("title", "[WIP] Ebb"),
    "title: @ebb": ("title", "@ebb"),
    "title: *Ebb*": ("title", "*Ebb*"),
    "title: 100% `mud`": ("title", "100% `mud`"),
    "title: A\ntags:\n\t- mud\n\t- tides": ("tags", ["mud", "tides"]),
    "date: March 4, 2019": ("date", datetime(2019, 3, 4, tzinfo=UTC)),
    "date: 4. März 2019": ("date", datetime(2019, 3, 4, tzinfo=UTC)),
    "date: 2019年3月4日": ("date", datetime(2019, 3, 4, tzinfo=UTC)),
    "date: 03/04/2019": ("date", datetime(2019, 3, 4, tzinfo=UTC)),
    "date: 1551693600": ("date", datetime(2019, 3, 4, 10, tzinfo=UTC)),
    "date: 2019-02-30": ("date", None),
    "date: 9999-12-31": ("date", None),
    "date: soon": ("date", None),
    "slug: /150": ("slug", "150"),
    "slug: 2019/03/the ebb": ("slug", "the-ebb"),
    "number: '#27'": ("number", 27),
    "issue: 27": ("number", 27),
    "issue_number: Issue 27": ("number", 27),
    "number: many": ("number", None),
    "number: 99999999999999999999": ("number", None),
    "kind: page": ("kind", ""),
    "tags: {a: b}": ("tags", ["a: b"]),
    "tags: [mud, [tides]]": ("tags", ["mud"]),
    "author: {name: Ada Moor, email: ada@example.org}": ("authors", ["Ada Moor"]),
    "authors: [Ada Moor <ada@example.org>, {name: Ben Quay}]": ("authors", ["Ada Moor", "Ben Quay"]),
    "permalink: /:year/:title/": ("addresses", []),
    "draft: true": ("is_draft", True),
    "draft: yes": ("is_draft", True),
    "published: false": ("is_draft", True),
    "published: true": ("is_draft", False),
    "published: 2019-03-04": ("is_draft", None),
    "status: draft": ("is_draft", True),
    "status: sent": ("is_draft", False),
    "publishDate: 2999-01-01": ("is_draft", True),
    "description: It comes.\nexcerpt: It goes.": ("summary", "It comes."),
    "base_url: https://low-water.example.org": ("base_url", "https://low-water.example.org/"),
    "image: {path: /img/mud.jpg, alt: Mud, caption: Ripples}": ("lead", "![Mud](</img/mud.jpg>)\n*Ripples*"),
    "images: [a.png, b.png]": ("lead", "![](<a.png>)"),
}


@pytest.mark.parametrize("written", ODD)
def test_an_odd_value_is_understood_or_left(written):
    field, value = ODD[written]
    assert getattr(split(f"---\n{written}\n---\n")[0], field) == value


TOLD = {
    "date: soon": "“date: soon” was not understood",
    "date: 03/04/2019": "may be read in two ways: here it is March 4, 2019",
    "date: March 4, 2019": "was read as March 4, 2019",
    "title: Rust: the news": "is no YAML: it was read as it stands",
    "slug: /150": "The slug “/150” became “150”",
    "number: many": "“number: many” was not understood",
    "kind: page": "“kind: page” was not understood",
    "weight: 5": "“weight: 5” has no place here",
    "params: {math: yes}": "“math: yes” has no place here",
    "description: It comes.\nexcerpt: It goes.": "“excerpt: It goes.” was not understood, or another value counts",
    "summary: " + "word " * 120 + "ebb": "is cut. Its end: word",
    "tags: [" + "x" * 101 + "]": "too long for a name or tag",
    "permalink: /:year/:title/": "“permalink: /:year/:title/” was not understood",
}


@pytest.mark.parametrize("written", TOLD)
def test_the_editor_is_told_how_an_odd_value_was_read(written):
    assert TOLD[written] in " ".join(remark.message for remark in split(f"---\n{written}\n---\n")[0].remarks)


def test_remarks_of_a_kind_can_be_counted_together():
    kinds = {split(f"---\nweight: {number}\ntitle: A\n---\n")[0].remarks[0].kind for number in range(3)}
    assert kinds == {"The front matter's “weight: …” has no place here."}


NONE = [
    "---\n\nHello.\n\n---\n\nText.\n",
    "---\nHello.\n---\n",
    "---\ntitle: never closed\n",
    "Note: this is prose.\n\nText.\n",
    "{ a set } of words\n",
    "From: ada@example.org\nTo: ben@example.org\nSubject: Mud\nDate: Mon, 4 Mar 2019\n\nText.\n",
    "+++\nnothing\n+++\n",
    "---\n{{{ [\n---\n",
]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_front_matter_stays_text(text):
    assert split(text)[1] == text


HOSTILE = [
    "---\na: &a [x]\n" + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}{', *a' * 9}]\n" for n in range(30)),
    "---\ntitle: " + "[" * 100_000 + "\n",
    "---\n" + "- " * 50_000 + "\n",
    "---\n" + "{a: " * 20_000 + "\n",
    "---\ntitle: !!python/object/apply:os.system ['true']\n",
    "---\n? [a, b]\n: c\n",
    "---\n" + "a: *nobody\n" * 5000,
    "+++\na = " + "[" * 100_000 + "\n+++\n",
    "+++\na = " + "9" * 10_000 + "\n+++\n",
    '{"a": ' + "[" * 100_000,
    "Title: " + "a: " * 100_000,
    "---\nnumber: " + "9" * 10_000 + "\n",
]


@pytest.mark.parametrize("written", HOSTILE)
def test_hostile_front_matter_is_read_at_once(written):
    begun = perf_counter()
    split(f"{written}\n---\n\nText.\n")
    assert perf_counter() - begun < 2


KEYS = ["title", "date", "tags", "slug", "image", "draft", "authors", "aliases", "issue", "x", "status", "published"]
VALUES = [
    "",
    "A",
    "a: b",
    "[a",
    "- a",
    "{a: b}",
    "2019-03-04",
    "0",
    "|",
    "'",
    '"',
    "&a",
    "*a",
    "true",
    "\t",
    "#",
    "9" * 30,
]
FENCES = ["---", "+++", "---json", ";;;", "...", "{", "}", "", "Text.", "# A"]


@given(
    st.sampled_from(FENCES),
    st.lists(
        st.one_of(
            st.builds("{}: {}".format, st.sampled_from(KEYS), st.sampled_from(VALUES)),
            st.builds("{} = {}".format, st.sampled_from(KEYS), st.sampled_from(VALUES)),
            st.sampled_from([*FENCES, "  - a", "  b: c"]),
            st.text(max_size=20),
        ),
        max_size=8,
    ),
    st.sampled_from(FENCES),
)
def test_nothing_is_raised_and_no_text_is_lost(opening, lines, closing):
    text = "\n".join([opening, *lines, closing, "", "W1 is the text.", ""])
    about, body = split(text)
    assert body.endswith("W1 is the text.\n")
    assert body.count("\n") == text.count("\n")
    assert all(isinstance(remark.message, str) for remark in about.remarks)


FACTS = {
    # title, path: number, day
    ("第 300 期", ""): (300, None),
    ("第三百二十期：海", ""): (320, None),
    ("Low Water #27: mud", ""): (27, None),
    ("#27", ""): (27, None),
    ("Issue 27", "issues/26.md"): (27, None),
    ("Low Water, No. 27", ""): (27, None),
    ("Nr. ２７ – Ebbe", ""): (27, None),
    ("Fix for #27 in Go", ""): (None, None),
    ("Say no 5 times", ""): (None, None),
    ("Windows 11", ""): (None, None),
    ("No. 2019", ""): (None, None),
    ("Week of March 4, 2019", ""): (None, "2019-03-04"),
    ("Week Ending January 14, 2018", "x/2018-01-15-update.md"): (None, "2018-01-14"),
    ("2019年3月4日", ""): (None, "2019-03-04"),
    ("March 2024", ""): (None, None),
    ("Mud", "2018-01-04-issue-100.md"): (100, "2018-01-04"),
    ("Mud", "content/issues/2018/27/index.md"): (27, None),
    ("Mud", "issue-24.md"): (24, None),
    ("Mud", "24.md"): (24, None),
    ("Mud", "2018/01/04/mud.md"): (None, "2018-01-04"),
    ("Mud", "2018/01/mud.md"): (None, "2018-01-01"),
    ("Mud", "20180104_mud.md"): (None, "2018-01-04"),
    ("Mud", "2018-13-45-mud.md"): (None, None),
    ("Mud", "2018.md"): (None, None),
    ("Mud", "01-mud.md"): (None, None),
}


@pytest.mark.parametrize("told", FACTS)
def test_heading_and_file_tell_number_and_day(told):
    title, path = told
    about = read(from_text(f"# {title}\n\n## S\n\nText.\n", path)).about
    assert (about.number, about.date and f"{about.date:%Y-%m-%d}") == FACTS[told]


def test_front_matter_wins_over_the_heading_and_the_heading_over_the_file():
    text = "---\nnumber: 3\n---\n# Issue 4, March 4, 2019\n\n## S\n\nText.\n"
    about = read(from_text(text, "2018-01-04-issue-5.md")).about
    assert (about.number, f"{about.date:%Y-%m-%d}") == (3, "2019-03-04")
    assert about.origins == {"date": "the title", "title": "the heading"}
    about = read(from_text("# Mud\n\n## S\n\nText.\n", "2018-01-04-issue-5.md")).about
    assert about.origins["number"] == about.origins["date"] == "the name of the file"


def test_a_newsletters_name_with_a_number_behind_it_is_that_issue():
    text = "Title: This Week in Mud 57\nCategory: This Week in Mud\n\nText.\n"
    assert read(from_text(text)).about.number == 57


def test_a_document_without_a_title_is_named_by_its_file():
    plan = read(from_text("Hello.\n", "2018-01-04-the-long-ebb.md"))
    assert (plan.title, plan.about.origins["title"]) == ("The long ebb", "the name of the file")
    assert plan.remarks[0].message == "The document has no title: its file gives it one."


def test_a_title_that_is_too_long_stands_whole_in_the_text():
    plan = read(from_text(f"---\ntitle: {'word ' * 60}\n---\nText.\n"))
    assert len(plan.title) <= 250
    assert plan.articles[0].text.source == f"{('word ' * 60).strip()}\n\nText."


def test_the_subject_of_a_mail_is_its_title():
    assert read(from_text("---\nsubject: Mud!\nstatus: sent\n---\nText.\n")).title == "Mud!"
