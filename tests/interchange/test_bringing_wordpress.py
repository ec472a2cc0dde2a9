"""Exports of WordPress: posts, pictures and the conversations below them."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from interchange.bringing.formats.wordpress import WORDPRESS
from interchange.bringing.found import Found, Wishes
from newsletter.composing import Unreadable
from tests import cast
from tests.interchange.exports import (
    archive,
    brought,
    wxr,
    wxr_attachment,
    wxr_category,
    wxr_comment,
    wxr_item,
    wxr_meta,
)


def export(*items: str) -> dict[str, str]:
    return {"lowwater.WordPress.2024-03-31.xml": wxr(*items)}


def the_one(*items: str) -> Found:
    found, _asides = brought(WORDPRESS, export(*items))
    assert len(found) == 1
    return found[0]


def text(content: str) -> str:
    return the_one(wxr_item(7, content)).document.text


def test_a_post_comes_with_all_that_is_said_of_it():
    found = the_one(
        wxr_item(
            7,
            "<!-- wp:paragraph -->\n<p>The tide <em>turns</em>.</p>\n<!-- /wp:paragraph -->",
            wxr_category("category", "Tides &amp; moons"),
            wxr_category("category", "Uncategorized", "uncategorized"),
            wxr_category("post_tag", "sea"),
            wxr_category("post_format", "Aside"),
            title="Ebb &#038; flow",
            excerpt="What <b>turns</b>.",
        )
    )
    said = found.document.about
    assert (found.key, found.name) == ("wordpress:7", "Ebb & flow")
    assert found.document.text == "The tide *turns*.\n"
    assert said is not None
    assert (said.title, said.slug, said.summary) == ("Ebb & flow", "post-7", "What turns.")
    assert said.date == datetime(2019, 3, 4, 12, tzinfo=UTC)
    assert (said.authors, said.tags, said.is_draft) == (["Edda Editor"], ["Tides & moons", "sea"], None)
    assert found.addresses == ["https://lowwater.example/2019/03/post-7/", "https://lowwater.example/?p=7"]


@pytest.mark.parametrize("state", ["draft", "pending", "private", "future"])
def test_what_was_not_public_is_a_draft(state):
    about = the_one(wxr_item(7, "Words.", status=state)).document.about
    assert about is not None
    assert about.is_draft
    assert f"({state})" in about.remarks[0].message


def test_what_a_password_protected_is_a_draft():
    about = the_one(wxr_item(7, "Words.", password="low")).document.about
    assert about is not None
    assert about.is_draft


def test_pages_come_where_they_are_wanted_and_what_was_thrown_away_never():
    items = [
        wxr_item(1, "About us.", type="page"),
        wxr_item(2, "Gone.", status="trash"),
        wxr_item(3, "Menu", type="nav_menu_item"),
        wxr_item(4, "A thing.", type="product"),
    ]
    found, asides = brought(WORDPRESS, export(*items))
    assert not found
    assert len(asides) == 4
    found, asides = brought(WORDPRESS, export(*items), Wishes(pages=True))
    assert [each.document.about and each.document.about.kind for each in found] == ["article"]


def test_the_thread_is_kept_however_deep_it_is():
    found = the_one(
        wxr_item(
            7,
            "Words.",
            wxr_comment(5, 4, "Sumi", "Fifth"),
            wxr_comment(1, 0, "Rita", "First & <em>foremost</em>\n\nand more"),
            wxr_comment(2, 1, "Otto", "Second"),
            wxr_comment(3, 2, "Rita", "第三", state="0"),
            wxr_comment(4, 3, "Otto", "Fourth"),
            wxr_comment(6, 0, "", "Sixth"),
        )
    )
    assert [(each.text.partition("\n")[0], each.answers) for each in found.comments] == [
        ("First & *foremost*", None),
        ("Second", 0),
        ("第三", 1),
        ("Fourth", 2),
        ("Fifth", 3),
        ("Sixth", None),
    ]
    assert found.comments[0].written == "2019-03-05T08:00:01+00:00"
    assert found.comments[0].text.endswith("\n\nand more")
    assert [each.is_pending for each in found.comments] == [False, False, True, False, False, False]
    assert found.comments[1].said_at == "lowwater.example"
    assert "example.org" not in repr(found)
    assert "192.0.2.7" not in repr(found)


def test_what_no_reader_said_is_left_aside_and_counted():
    found, asides = brought(
        WORDPRESS,
        export(
            wxr_item(
                7,
                "Words.",
                wxr_comment(1, 0, "Rita", "First"),
                wxr_comment(2, 0, "A blog", "[…] linked […]", kind="pingback"),
                wxr_comment(3, 0, "A blog", "[…] linked […]", kind="trackback"),
                wxr_comment(4, 0, "Spam", "Buy", state="spam"),
                wxr_comment(5, 4, "Otto", "This is spam, is it not?"),
                wxr_comment(6, 0, "Otto", "Gone", state="trash"),
            )
        ),
    )
    assert [(each.text, each.answers) for each in found[0].comments] == [
        ("First", None),
        ("This is spam, is it not?", None),
    ]
    assert sorted(Counter(aside.kind for aside in asides).values()) == [2, 2]


def test_a_thread_that_goes_round_in_a_circle_is_kept():
    found = the_one(
        wxr_item(7, "Words.", wxr_comment(1, 2, "Rita", "One"), wxr_comment(2, 1, "Otto", "Two")),
    )
    assert [(each.text, each.answers) for each in found.comments] == [("One", None), ("Two", 0)]


def test_a_comment_longer_than_one_may_be_comes_in_portions():
    found = the_one(wxr_item(7, "Words.", wxr_comment(1, 0, "Rita", "ebb " * 6000)))
    assert [each.answers for each in found.comments] == [None, 0, 0]
    assert "".join(each.text for each in found.comments).count("ebb") == 6000


TEXTS = {
    "One line\nand the next.\n\nA paragraph.": "One line  \nand the next.\n\nA paragraph.",
    "One.\n\n<h2>Tides</h2>\nTwo.\n<ul>\n<li>ebb</li>\n<li>flow</li>\n</ul>": (
        "One.\n\n## Tides\n\nTwo.\n\n- ebb\n- flow"
    ),
    "<pre>a\n\nb</pre>\nEnd": "```\na\n\nb\n```\n\nEnd",
    "Before<!--more Go on-->after": "Before\n\nafter",
    'One\n\n[caption id="a_1" align="alignnone" width="300"]<a href="https://lowwater.example/?attachment_id=4">'
    '<img src="https://lowwater.example/a.jpg" alt="Mud" /></a> The <em>mud</em>[/caption]\n\nTwo': (
        "One\n\n![Mud](https://lowwater.example/a.jpg)\n\n*The mud*\n\nTwo"
    ),
    "[embed]https://www.youtube.com/watch?v=abcdefghijk[/embed]": "https://www.youtube.com/watch?v=abcdefghijk",
    "Look:\nhttps://www.youtube.com/watch?v=abcdefghijk\nNice.": (
        "Look:\n\nhttps://www.youtube.com/watch?v=abcdefghijk\n\nNice."
    ),
    "[youtube=https://youtu.be/abcdefghijk]": "https://youtu.be/abcdefghijk",
    "[vimeo 12345]": "https://vimeo.com/12345",
    '[audio src="https://lowwater.example/tide.mp3"]': "[tide.mp3](https://lowwater.example/tide.mp3)",
    '[code lang="python"]a = "<b>"[/code]': '```python\na = "<b>"\n```',
    "He wrote [sic] it [1].": "He wrote [sic] it [1].",
    "Write [[gallery]] here.": "Write [gallery] here.",
    'A <a href="/about/">path</a> and <a href="../old/">another</a>.': "A [path](/about/) and [another](../old/).",
    "<pre>a[my_index] [[ -f x ]] [gallery]</pre>": "```\na[my_index] [[ -f x ]] [gallery]\n```",
    "Take <code>x[[a]] [b c=1]</code> and [my_word].": "Take `x[[a]] [b c=1]` and [my_word].",
    "潮水退去。\n\n<strong>滩涂</strong>露出来。": "潮水退去。\n\n**滩涂**露出来。",
}


@pytest.mark.parametrize("source", TEXTS)
def test_texts_read_as_wordpress_shows_them(source):
    assert text(source) == TEXTS[source] + "\n"


def test_shortcodes_of_plugins_go_and_their_words_stay():
    document = the_one(wxr_item(7, '[su_box title="x"]Inside.[/su_box]\n\n[contact-form-7 id="9"]')).document
    assert document.text == "Inside.\n"
    assert [remark.split("”")[0] for remark in document.remarks] == ["“su_box", "“contact-form-7"]


def test_blocks_that_wordpress_draws_go_and_are_named():
    document = the_one(wxr_item(7, '<!-- wp:latest-posts {"shown":3} /-->\n\nWords.<!-- wp:spacer /-->')).document
    assert document.text == "Words.\n"
    assert [remark.split("”")[0] for remark in document.remarks] == ["“latest-posts"]


def test_footnotes_are_fetched_from_beside_the_text():
    content = (
        '<!-- wp:paragraph -->\n<p>Ebb<sup data-fn="a-1" class="fn"><a href="#a-1" id="a-1-link">1</a></sup>.</p>\n'
        "<!-- /wp:paragraph -->\n<!-- wp:footnotes /-->"
    )
    item = wxr_item(7, content, wxr_meta("footnotes", '[{"content":"And <em>flow</em>.","id":"a-1"}]'))
    assert the_one(item).document.text == "Ebb[^1].\n\n[^1]: And *flow*.\n"


def test_galleries_and_the_featured_picture_come_from_the_library():
    items = [
        wxr_item(7, 'Words.\n\n[gallery ids="11,12"]', wxr_meta("_thumbnail_id", "10")),
        wxr_attachment(10, "https://lowwater.example/top.jpg", alt="Top"),
        wxr_attachment(11, "https://lowwater.example/a.jpg", caption="The ebb"),
        wxr_attachment(12, "https://lowwater.example/b.jpg"),
    ]
    document = the_one(*items).document
    assert document.text == (
        "Words.\n\n![](https://lowwater.example/a.jpg)\n\n*The ebb*\n\n![](https://lowwater.example/b.jpg)\n"
    )
    assert document.about is not None
    assert document.about.lead == "![Top](https://lowwater.example/top.jpg)"


def test_pictures_are_taken_from_the_folder_of_uploads():
    picture = cast.image_file().read()
    item = wxr_item(
        7,
        '<img src="https://lowwater.example/wp-content/uploads/2019/03/mud-300x200.png" alt="Mud">',
        wxr_meta("_thumbnail_id", "10"),
    )
    top = wxr_attachment(10, "https://lowwater.example/wp-content/uploads/2019/03/top.png")
    content = export(item, top) | {
        "wp-content/uploads/2019/03/top.png": cast.image_file("top.png", size=(30, 20)).read(),
        "wp-content/uploads/2019/03/mud.png": picture,
        "wp-content/uploads/mud.png": b"other",
    }
    document = brought(WORDPRESS, content)[0][0].document
    assert list(document.files)[1].startswith("lead-picture-1")
    assert document.files["picture-1.jpeg"] == picture
    assert document.about is not None
    assert document.about.lead == "![](lead-picture-1.jpeg)"


def test_blocks_that_posts_share_are_put_in():
    items = [
        wxr_item(7, '<!-- wp:paragraph -->\n<p>One.</p>\n<!-- /wp:paragraph -->\n<!-- wp:block {"ref":8} /-->'),
        wxr_item(8, "<!-- wp:paragraph -->\n<p>Shared.</p>\n<!-- /wp:paragraph -->", type="wp_block"),
    ]
    assert the_one(*items).document.text == "One.\n\nShared.\n"


def test_two_files_are_one_export_and_nothing_comes_twice():
    content = {
        "a.xml": wxr(wxr_item(7, "Seven.", wxr_meta("_thumbnail_id", "10"))),
        "b.xml": wxr(
            wxr_item(8, "Eight."), wxr_item(7, "Seven."), wxr_attachment(10, "https://lowwater.example/t.jpg")
        ),
    }
    found, asides = brought(WORDPRESS, content)
    assert [each.key for each in found] == ["wordpress:7", "wordpress:8"]
    assert found[0].document.about is not None
    assert "t.jpg" in found[0].document.about.lead
    assert [aside.name for aside in asides] == ["Post 7"]


BROKEN = {
    "a section that ends too early": "Five ]]> four & more &nbsp; and <br> a line",
    "a control character": "Five \x0b\x01 lines",
    "an end inside a text": "As in <code>&lt;item&gt;</item></code> here",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_broken_items_are_mended(content):
    found, asides = brought(WORDPRESS, export(wxr_item(7, content), wxr_item(8, "Eight.")))
    assert [each.key for each in found] == ["wordpress:7", "wordpress:8"]
    assert not asides


def test_a_section_that_is_divided_as_it_should_be_is_joined():
    assert text("a <code>x[y[0]]]]><![CDATA[>z</code>") == "a `x[y[0]]>z`\n"


def test_one_item_beyond_mending_stops_no_other():
    broken = wxr_item(7, "Seven.").replace("<wp:post_id>7</wp:post_id>", "<wp:post_id>7</wp:post>")
    found, asides = brought(WORDPRESS, export(broken, wxr_item(8, "Eight.")))
    assert [each.key for each in found] == ["wordpress:8"]
    assert [aside.name for aside in asides] == ["Post 7"]


def test_an_export_that_ends_in_the_middle_brings_what_is_whole():
    whole = wxr(wxr_item(7, "Seven."), wxr_item(8, "Eight."))
    found, asides = brought(WORDPRESS, {"cut.xml": whole[: whole.index("Eight")]})
    assert [each.key for each in found] == ["wordpress:7"]
    assert [aside.name for aside in asides] == ["Post 8"]


BOMB = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE])
def test_entities_are_refused(declared):
    content = wxr(wxr_item(7, "Seven.")).replace("<rss", f"{declared}\n<rss")
    with pytest.raises(Unreadable, match="entities"):
        list(WORDPRESS.read(archive({"bomb.xml": content}), Wishes()))


def test_a_date_of_no_day_is_none():
    about = the_one(wxr_item(7, "Words.", date="0000-00-00 00:00:00", status="draft")).document.about
    assert about is not None
    assert about.date is None


def test_a_post_without_a_title_is_called_by_its_beginning():
    about = the_one(wxr_item(7, "The <b>tide</b> is out.", title="")).document.about
    assert about is not None
    assert about.title == "The tide is out."


def test_old_slugs_are_old_addresses():
    found = the_one(wxr_item(7, "Words.", wxr_meta("_wp_old_slug", "early-name")))
    assert "https://lowwater.example/2019/03/early-name/" in found.addresses
