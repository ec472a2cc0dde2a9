"""What texts name, `kind:name` alone on a line: places in stored HTML, filled wherever the text is shown."""

import pytest

from core.markup import RENDERER_VERSION, named, render, to_mail, to_text
from core.markup.named import Medium, fill, fill_all, named_in, unknown
from newsletter.checking import findings
from newsletter.rendering import render_texts
from tests import cast

asked: list[tuple[Medium, set[str]]] = []


@pytest.fixture(autouse=True)
def fruit(monkeypatch):
    asked.clear()
    monkeypatch.setattr(named, "kinds", [named.Kind("fruit", show)])


def show(medium, names):
    asked.append((medium, set(names)))
    pattern = {Medium.TEXT: "[{}]", Medium.MAIL: '<p class="m">{}</p>', Medium.FEED: "<p>{}</p>"}
    return {name: pattern.get(medium, "<aside>{}</aside>").format(name.upper()) for name in names if name != "none"}


def page(text):
    return fill(render(text).html, Medium.PAGE)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\n\nfruit:apple\n\nTwo", "<p>One</p>\n<aside>APPLE</aside>\n<p>Two</p>"),
        ("fruit:a--b", "<aside>A--B</aside>"),
        ("fruit:apple\nfruit:pear", "<aside>APPLE</aside><aside>PEAR</aside>"),
        ("fruit:苹果", "<aside>苹果</aside>"),
        ("fruit:none", ""),
        ("> fruit:apple", "<blockquote>\n<aside>APPLE</aside>\n</blockquote>"),
        ("> One\n> fruit:apple", "<blockquote>\n<p>One</p><aside>APPLE</aside>\n</blockquote>"),
        ("One\nfruit:apple", "<p>One</p><aside>APPLE</aside>"),
        (
            "*One*\ntwo\nfruit:apple\nfruit:pear\n*three* four\nfive",
            "<p><em>One</em>\ntwo</p><aside>APPLE</aside><aside>PEAR</aside><p><em>three</em> four\nfive</p>",
        ),
        ("*One*  \nfruit:apple", "<p><em>One</em><br></p><aside>APPLE</aside>"),
        ("*One* fruit:apple", "<p><em>One</em> fruit:apple</p>"),
        ("<p>\nfruit:apple\n</p>", "<aside>APPLE</aside>"),
        ("Eat fruit:apple", "<p>Eat fruit:apple</p>"),
        ("fruit:apple and", "<p>fruit:apple and</p>"),
        ("nut:apple", "<p>nut:apple</p>"),
        ("**fruit:apple**", "<p><strong>fruit:apple</strong></p>"),
    ],
)
def test_thing_alone_on_its_line_is_shown(text, html):
    assert page(text) == html


@pytest.mark.parametrize(
    "text",
    [
        '<div data-named="fruit:apple"></div>',
        '<div class="named" data-named="fruit:apple"></div>',
        '<p data-named="fruit:apple">x</p>',
    ],
)
def test_no_writer_makes_a_place_by_hand(text):
    assert "APPLE" not in page(text)


def test_mail_and_plain_text_have_it_at_once():
    assert to_mail("a\n\nfruit:apple", base_url="") == '<p>a</p>\n<p class="m">APPLE</p>'
    assert to_text("a\n\nfruit:apple\n\nb") == "a\n\n[APPLE]\n\nb"
    assert to_text("a\n\nfruit:none\n\nb") == "a\n\nb"


def test_each_kind_is_asked_once_for_all_texts():
    first, second = fill_all([render("fruit:a").html, render("fruit:b\n\nfruit:a").html], Medium.FEED)
    assert (first, second) == ("<p>A</p>", "<p>B</p>\n<p>A</p>")
    assert asked == [(Medium.FEED, {"a", "b"})]


def test_what_is_shown_twice_has_its_id_once(monkeypatch):
    monkeypatch.setattr(
        named, "kinds", [named.Kind("fruit", lambda _medium, names: dict.fromkeys(names, '<b id="f">F</b>'))]
    )
    assert page("fruit:a\n\nfruit:a") == '<b id="f">F</b>\n<b>F</b>'


def test_text_without_such_things_asks_nothing():
    assert page("Nothing here") == "<p>Nothing here</p>"
    assert asked == []


@pytest.mark.parametrize("text", ["> fruit:a", "> > fruit:a", "- One\n\n    fruit:a", "One\nfruit:a"])
def test_what_is_shown_is_known_from_the_source(text):
    assert "<aside>A</aside>" in page(text)
    assert named_in(text) == [("fruit", "a")]


def test_names_in_a_text():
    assert named_in("x\n\nfruit:a \nfruit:b\n\nnut:c\nnot fruit:d") == [("fruit", "a"), ("fruit", "b")]
    assert unknown([("fruit", "a"), ("fruit", "none")]) == [("fruit", "none")]


@pytest.mark.django_db
def test_pages_and_feeds_show_it(client, published):
    article = published.articles.get(slug="mud")
    article.body = "Before\n\nfruit:apple\n\nAfter"
    article.save()
    render_texts(article)
    assert article.renderer_version == RENDERER_VERSION
    for address in ("/low-tide/march/", "/low-tide/march/mud/"):
        assert "<aside>APPLE</aside>" in client.get(address).text
    for file in ("rss.xml", "atom.xml", "feed.json"):
        text = client.get(f"/feeds/low-tide/{file}").text
        assert "APPLE" in text
        assert "data-named" not in text


@pytest.mark.django_db
def test_check_finds_what_is_not_there(published):
    issue = cast.issue(published.newsletter, 9, status="draft", body="fruit:none\n\nfruit:apple")
    assert [each.about for each in findings(issue, thorough=False) if each.key == "no-named"] == ["fruit:none"]
