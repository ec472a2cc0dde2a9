"""Exports of Substack, Buttondown and beehiiv."""

import json
from datetime import UTC, datetime
from html import escape

import pytest

from interchange.bringing.formats.substack import SUBSTACK
from interchange.bringing.formats.tabled import BEEHIIV, BUTTONDOWN
from interchange.bringing.found import Found, Wishes
from tests.interchange.exports import brought

HEAD = "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url\n"
PUBLIC = "101.ebb,2022-08-12T12:11:23.230Z,true,2022-08-12T12:12:23.230Z,,newsletter,everyone,Ebb,What turns,\n"


def substack(row: str = PUBLIC, html: str = "<p>The tide.</p>", **more: str) -> dict[str, str | bytes]:
    return {"posts.csv": HEAD + row, f"posts/{row.partition(',')[0]}.html": html, **more}


def the_one(html: str) -> Found:
    found, asides = brought(SUBSTACK, substack(html=html))
    assert not asides
    return found[0]


def test_a_post_of_substack_comes_with_all_that_is_said_of_it():
    found = brought(SUBSTACK, substack(), Wishes(base_url="https://lowwater.substack.example/"))[0][0]
    about = found.document.about
    assert about is not None
    assert (about.title, about.slug, about.summary, about.kind) == ("Ebb", "ebb", "What turns", "issue")
    assert about.is_draft is None
    assert about.date == datetime(2022, 8, 12, 12, 11, 23, 230000, tzinfo=UTC)
    assert (found.key, found.addresses) == ("substack:101", ["https://lowwater.substack.example/p/ebb"])


@pytest.mark.parametrize("row", [PUBLIC.replace("true", "false"), PUBLIC.replace("everyone", "only_paid")])
def test_what_not_everybody_could_read_is_a_draft(row):
    about = brought(SUBSTACK, substack(row))[0][0].document.about
    assert about is not None
    assert about.is_draft


def test_podcasts_threads_and_pages_are_told_apart():
    podcast = PUBLIC.replace("newsletter", "podcast").replace("turns,", "turns,https://a.org/tide.mp3")
    document = brought(SUBSTACK, substack(podcast))[0][0].document
    assert document.text == "[tide.mp3](https://a.org/tide.mp3)\n\nThe tide.\n"
    assert document.about is not None
    assert len(document.about.remarks) == 1
    found, asides = brought(SUBSTACK, substack(PUBLIC.replace("newsletter", "page")))
    assert (len(found), len(asides)) == (0, 1)


def test_signs_in_a_title_stay():
    about = brought(SUBSTACK, substack(PUBLIC.replace("Ebb", "Why C<T> & <ul> hurt")))[0][0].document.about
    assert about is not None
    assert about.title == "Why C<T> & <ul> hurt"


def test_people_are_kept_apart():
    people = {
        "email_list.lowwater.csv": "email,active_subscription\nrita@example.org,false\n",
        "posts/101.opens.csv": "post_id,email\n101,rita@example.org\n",
    }
    found, asides = brought(SUBSTACK, substack(**people))
    assert [aside.name for aside in asides] == ["posts/101.opens.csv", "email_list.lowwater.csv"]
    assert "rita" not in repr(found) + repr(asides)


def attributes(**facts: object) -> str:
    return f'data-attrs="{escape(json.dumps(facts))}"'


STORED = "https://substackcdn.com/image/fetch/w_1456,c_limit,f_auto/https%3A%2F%2Fsubstack-post-media.s3.amazonaws.com"
PARTS = {
    f'<div class="captioned-image-container"><figure><a class="image-link image2" href="{STORED}%2Fa.png"><div '
    f'class="image2-inset"><picture><source srcset="{STORED}%2Fa.png 424w"><img src="{STORED}%2Fa.png" '
    'alt="Mud"></picture></div></a><figcaption class="image-caption">The mud'
    "</figcaption></figure></div>": "![Mud](https://substack-post-media.s3.amazonaws.com/a.png)\n\n*The mud*",
    '<p>A<a class="footnote-anchor" id="footnote-anchor-1" href="#footnote-1">1</a></p>'
    '<div class="footnote" data-component-name="FootnoteToDOM"><a id="footnote-1" href="#footnote-anchor-1" '
    'class="footnote-number">1</a><div class="footnote-content"><p>Note.</p></div></div>': "A[^1]\n\n[^1]: Note.",
    '<div class="pullquote"><p>Low water.</p></div>': "> Low water.",
    '<p>A</p><p class="button-wrapper"><a class="button" href="https://a.org/b"><span>The book</span></a></p>': (
        "A\n\n[The book](https://a.org/b)"
    ),
    '<p>Read <a href="/p/flow">more</a></p>': "Read [more](/p/flow)",
    f'<p>A</p><div class="embedded-post-wrap" {attributes(url="https://b.org/p/x", title="X & Y")}></div>': (
        "A\n\n[X & Y](https://b.org/p/x)"
    ),
    f'<div class="tweet" {attributes(url="https://t.example/1", full_text="Low.", name="A", username="ada")}></div>': (
        "> Low.\n>\n> — [A (@ada)](https://t.example/1)"
    ),
    f'<div class="youtube-wrap" {attributes(videoId="abcdefghijk")}><div class="youtube-inner"></div></div>': (
        "https://youtu.be/abcdefghijk"
    ),
}


@pytest.mark.parametrize("html", PARTS)
def test_parts_of_substack_say_what_they_are(html):
    assert the_one(html).document.text == PARTS[html] + "\n"


def test_what_only_substack_can_show_is_named():
    html = f'<p>A tide.</p><p>Mud.</p><div data-component-name="PollToDOM" {attributes(id=7)}></div>'
    document = the_one(html).document
    assert document.text == "A tide.\n\nMud.\n"
    assert "PollToDOM" in document.remarks[0]


def test_widgets_to_subscribe_do_not_come():
    html = "<p>The tide goes out and comes again, twice a day.</p>" * 3 + (
        '<div class="subscription-widget-wrap"><div class="subscription-widget"><p>Subscribe now</p></div></div>'
        '<p class="button-wrapper"><a href="https://x.substack.example/p/ebb?action=share">Share</a></p>'
    )
    assert "Subscribe" not in the_one(html).document.text
    assert "Share" not in the_one(html).document.text


def test_a_post_without_its_page_is_named():
    found, asides = brought(SUBSTACK, {"posts.csv": HEAD + PUBLIC})
    assert not found
    assert [aside.name for aside in asides] == ["Ebb"]


def test_buttondown_stores_markdown_and_html():
    content: dict[str, str | bytes] = {
        "emails.csv": "id,secondary_id,subject,publish_date,source,slug\n"
        "a1,1,Plain,2023-01-02 16:55:00+00:00,app,plain\n"
        "a2,2,Fancy,2023-01-05 13:00:00+00:00,app,fancy\n"
        "a3,3,Not yet,,app,draft\n",
        "emails/plain.md": "Some *Markdown*.\n",
        "emails/fancy.md": "<!-- buttondown-editor-mode: fancy --><p>Some <em>HTML</em>.</p>",
        "emails/draft.md": "<!-- buttondown-editor-mode: plaintext -->Words.",
        "subscribers.csv": "email,notes\nrita@example.org,\n",
    }
    found, asides = brought(BUTTONDOWN, content, Wishes(base_url="https://buttondown.example/lowwater"))
    assert [each.document.text for each in found] == ["Some *Markdown*.\n", "Some *HTML*.\n", "Words.\n"]
    abouts = [each.document.about for each in found]
    assert [about and (about.title, about.kind, about.is_draft) for about in abouts] == [
        ("Plain", "issue", None),
        ("Fancy", "issue", None),
        ("Not yet", "issue", True),
    ]
    assert found[0].addresses == ["https://buttondown.example/lowwater/archive/plain/"]
    assert [aside.name for aside in asides] == ["subscribers.csv"]


def test_beehiiv_keeps_texts_in_its_table():
    content = (
        "id,web_title,status,audience,url,web_subtitle,email_subject_line,email_preview_text,content_html,created_at\n"
        'b1,Ebb,confirmed,free,https://lw.example/p/ebb,Sub,Subject,Pre,"<p>The ""tide"".</p>\n<p>Out.</p>",'
        "2023-01-18 21:25:27\n"
        "b2,Flow,draft,free,,,,,<p>In.</p>,2023-01-18 21:25:27\n"
        "b3,Paid,confirmed,premium,,,,,<p>In.</p>,2023-01-18 21:25:27\n"
    )
    found, _asides = brought(BEEHIIV, {"posts.csv": content})
    about = found[0].document.about
    assert found[0].document.text == 'The "tide".\n\nOut.\n'
    assert about is not None
    assert (about.slug, about.subject, about.preheader) == ("ebb", "Subject", "Pre")
    assert [each.document.about and each.document.about.is_draft for each in found] == [None, True, True]
