"""Exports of Ghost: posts with cards, of which some were not for everybody."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from interchange.bringing.formats.ghost import GHOST
from interchange.bringing.found import Found, Wishes
from newsletter.composing import Unreadable
from tests import cast
from tests.interchange.exports import archive, brought

ELSEWHERE = Wishes(base_url="https://lowwater.example")


def post(number: int = 1, **facts: Any) -> dict[str, Any]:
    return {
        "id": f"5f3a{number}",
        "uuid": f"0000-{number}",
        "title": f"Tide {number}",
        "slug": f"tide-{number}",
        "html": "<p>The tide.</p>",
        "status": "published",
        "visibility": "public",
        "type": "post",
        "published_at": "2021-05-06T07:08:09.000Z",
        "feature_image": None,
    } | facts


def export(*posts: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, str | bytes]:
    data = {"posts": list(posts)} | tables
    return {"low-water.ghost.2024.json": json.dumps({"db": [{"meta": {"version": "5.0.0"}, "data": data}]})}


def the_one(**facts: Any) -> Found:
    found, asides = brought(GHOST, export(post(**facts)), ELSEWHERE)
    assert not asides
    return found[0]


def test_a_post_comes_with_all_that_is_said_of_it():
    tables = {
        "tags": [{"id": "t1", "name": "Sea"}, {"id": "t2", "name": "#hidden"}, {"id": "t3", "name": "潮汐"}],
        "posts_tags": [
            {"post_id": "5f3a1", "tag_id": "t3", "sort_order": 0},
            {"post_id": "5f3a1", "tag_id": "t1", "sort_order": 1},
            {"post_id": "5f3a1", "tag_id": "t2", "sort_order": 2},
        ],
        "users": [{"id": "u1", "name": "Edda", "email": "edda@lowwater.example"}, {"id": "u2", "name": "Ada"}],
        "posts_authors": [
            {"post_id": "5f3a1", "author_id": "u1", "sort_order": 1},
            {"post_id": "5f3a1", "author_id": "u2", "sort_order": 0},
        ],
        "posts_meta": [
            {"post_id": "5f3a1", "feature_image_alt": "Mud", "feature_image_caption": "By <b>Ada</b>"},
        ],
    }
    content = export(post(feature_image="__GHOST_URL__/content/images/mud.jpg", custom_excerpt="Ebb."), **tables)
    found = brought(GHOST, content, ELSEWHERE)[0][0]
    about = found.document.about
    assert about is not None
    assert (about.title, about.slug, about.summary) == ("Tide 1", "tide-1", "Ebb.")
    assert (about.tags, about.authors, about.is_draft) == (["潮汐", "Sea"], ["Ada", "Edda"], None)
    assert about.date == datetime(2021, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert found.key == "ghost:5f3a1"
    assert found.addresses[0] == "https://lowwater.example/tide-1/"
    assert found.document.text == "The tide.\n"
    assert about.lead == "![Mud](https://lowwater.example/content/images/mud.jpg)\n\n*By **Ada***"
    assert "edda@" not in repr(found)


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "draft"},
        {"status": "scheduled"},
        {"status": "sent"},
        {"visibility": "paid"},
        {"visibility": "members"},
    ],
)
def test_what_not_everybody_could_read_is_a_draft(facts):
    about = the_one(**facts).document.about
    assert about is not None
    assert about.is_draft
    assert len(about.remarks) == 1


def test_pages_come_where_they_are_wanted():
    assert brought(GHOST, export(post(type="page")))[0] == []
    found, _asides = brought(GHOST, export(post(type="page")), Wishes(pages=True))
    assert found[0].document.about is not None
    assert found[0].document.about.kind == "article"


CARDS = {
    '<figure class="kg-card kg-image-card"><img src="https://a.org/a.jpg" class="kg-image" alt="A"><figcaption>Cap'
    "</figcaption></figure>": "![A](https://a.org/a.jpg)\n\n*Cap*",
    '<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://a.org/"><div '
    'class="kg-bookmark-content"><div class="kg-bookmark-title">Title</div><div class="kg-bookmark-description">What'
    '</div><div class="kg-bookmark-metadata"><img class="kg-bookmark-icon" src="https://a.org/i.png"><span '
    'class="kg-bookmark-author">A</span></div></div><div class="kg-bookmark-thumbnail"><img src="https://a.org/t.png">'
    "</div></a></figure>": "[Title](https://a.org/)\n\nWhat",
    '<div class="kg-card kg-callout-card kg-callout-card-blue"><div class="kg-callout-emoji">💡</div>'
    '<div class="kg-callout-text">Mind the <b>tide</b>.</div></div>': "> 💡 Mind the **tide**.",
    '<div class="kg-card kg-toggle-card" data-kg-toggle-state="close"><div class="kg-toggle-heading">'
    '<h4 class="kg-toggle-heading-text">Why?</h4><button class="kg-toggle-card-icon"><svg></svg></button></div>'
    '<div class="kg-toggle-content"><p>So.</p></div></div>': "**Why?**\n\nSo.",
    '<div class="kg-card kg-button-card"><a href="https://a.org/x" class="kg-btn">Go</a></div>': "[Go](https://a.org/x)",
    '<p>A</p><div class="kg-card kg-button-card"><a href="#/portal/signup" class="kg-btn">Join</a></div>': "A",
    '<figure class="kg-card kg-embed-card"><iframe src="https://www.youtube.com/embed/abcdefghijk?feature=oembed">'
    "</iframe></figure>": "https://youtu.be/abcdefghijk",
    '<div class="kg-card kg-file-card"><a class="kg-file-card-container" href="__GHOST_URL__/content/files/a.pdf" '
    'title="Download"><div class="kg-file-card-contents"><div class="kg-file-card-title">Chart</div><div '
    'class="kg-file-card-caption">Of tides</div></div></a></div>': (
        "[Chart](https://lowwater.example/content/files/a.pdf)\n\nOf tides"
    ),
    '<div class="kg-card kg-audio-card"><audio src="https://a.org/tide.mp3"></audio></div>': (
        "[tide.mp3](https://a.org/tide.mp3)"
    ),
    '<p><a href="__GHOST_URL__/tide-2/">before</a></p>': "[before](https://lowwater.example/tide-2/)",
}


@pytest.mark.parametrize("html", CARDS)
def test_cards_say_what_they_are(html):
    assert the_one(html=html).document.text == CARDS[html] + "\n"


def test_without_a_base_links_stay_within_the_site():
    found, _asides = brought(GHOST, export(post(html='<p><a href="__GHOST_URL__/tide-2/">before</a></p>')))
    assert found[0].document.text == "[before](/tide-2/)\n"
    assert found[0].addresses[0] == "/tide-1/"


def test_a_text_that_only_the_editor_keeps_is_read_from_there():
    text = {"type": "extended-text", "text": "Low & ", "format": 0}
    bold = {"type": "extended-text", "text": "lower", "format": 1}
    link = {"type": "link", "url": "https://a.org/", "children": [{"type": "extended-text", "text": "there"}]}
    children = [
        {"type": "extended-heading", "tag": "h2", "children": [{"type": "extended-text", "text": "Ebb"}]},
        {"type": "paragraph", "children": [text, bold, {"type": "linebreak"}, link]},
        {"type": "list", "tag": "ul", "children": [{"type": "listitem", "children": [text]}]},
        {"type": "image", "src": "https://a.org/a.jpg", "alt": "A", "caption": "C"},
        {"type": "callout", "calloutText": "Mind."},
        {"type": "horizontalrule"},
    ]
    lexical = json.dumps({"root": {"type": "root", "children": children}})
    assert the_one(html=None, lexical=lexical).document.text == (
        "## Ebb\n\nLow & **lower**  \n[there](https://a.org/)\n\n- Low &\n\n"
        "![A](https://a.org/a.jpg)\n\n*C*\n\n> Mind.\n\n---\n"
    )


def test_a_text_of_the_old_editor_alone_is_left_aside_and_named():
    found, asides = brought(GHOST, export(post(html=None, mobiledoc='{"version":"0.3.1"}'), post(2)))
    assert [each.name for each in found] == ["Tide 2"]
    assert [each.name for each in asides] == ["Tide 1"]


def test_the_newer_form_and_pictures_beside_it():
    picture = cast.image_file().read()
    image = "__GHOST_URL__/content/images/2021/05/mud.png"
    one = post(html=f'<p>A</p><img src="{image}" alt="Mud">')
    content = {"meta": {"exported_on": 1, "version": "5"}, "data": {"posts": [one]}}
    archived: dict[str, str | bytes] = {
        "export.json": json.dumps(content),
        "members.csv": "id,email,name\n1,rita@example.org,Rita\n",
        "content/images/2021/05/mud.png": picture,
    }
    found, asides = brought(GHOST, archived, ELSEWHERE)
    assert [aside.name for aside in asides] == ["members.csv"]
    assert list(found[0].document.files.values()) == [picture]


@pytest.mark.parametrize(
    "damage", ['{"db":[{"data":{"posts":[{"id":"1"', '{"db":[{"data":{"posts":[{"a":' + "[" * 100_000]
)
def test_damaged_files_are_refused_in_words(damage):
    with pytest.raises(Unreadable):
        list(GHOST.read(archive({"a.json": damage}), Wishes()))
