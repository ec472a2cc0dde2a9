"""An issue as mail: what it holds, in both of its parts."""

import pytest

from mailing.letter.letters import letter_preview
from mailing.models import Dispatch
from tests import cast
from tests.mailing.reading import Reader, letter, links_of_text

PAGE = "https://courant.example/low-tide/march/"


@pytest.fixture
def full(published):
    """No. 1 with everything that a text can hold."""
    wide = cast.image_file(size=(600, 30))
    cast.picture("mud", credit_url="https://example.org/ada", file=wide)
    published.newsletter.logo = cast.picture("logo", alt="A wave", file=cast.image_file(size=(60, 60), kind="PNG"))
    published.newsletter.save()
    cast.article(
        published.newsletter,
        published,
        title="Silt",
        position=9,
        kicker="Long read",
        lead_picture=cast.picture(
            "silt", alt="Silt in a jar", caption="A jar of it", file=cast.image_file(size=(300, 30))
        ),
        body=(
            "See [the chart](https://example.org/chart) or [write](mailto:tide@example.org).[^1]\n\n"
            "![](picture:mud)\n\nhttps://youtu.be/aqz-KE-bpKQ\n*Harbour*\n\nQ: Why?\n\nA: Moon.\n\n[^1]: Wet."
        ),
    )
    return published


def test_both_parts_hold_the_same_links(full):
    mail = letter(full)
    links = Reader(mail.html).outward
    assert links == links_of_text(mail.text)
    assert links >= {
        PAGE,
        f"{PAGE}mud/",
        f"{PAGE}crabs/#discussion",
        "https://example.org/crabs",
        "https://example.org/chart",
        "https://example.org/ada",
        "https://youtu.be/aqz-KE-bpKQ",
        "tide@example.org",
        "xxunsubscribexx",
        "xxpreferencesxx",
    }


def test_every_address_is_complete_and_safe(full):
    page = Reader(letter(full).html)
    addresses = [*page.links, *(picture["src"] for picture in page.pictures)]
    allowed = ("https://", "mailto:", "#a", "xx")
    assert [address for address in addresses if not address.startswith(allowed)] == []


def test_contents_lead_to_places_in_the_mail_and_on_the_web(full):
    page = Reader(letter(full).html)
    places = [link.removeprefix("#") for link in page.links if link.startswith("#")]
    assert places == page.anchors == [article.anchor for article in full.articles.in_reading_order()]


def test_pictures_say_what_they_show_whose_they_are_and_how_wide(full):
    mail = letter(full)
    assert [(picture["alt"], picture["width"]) for picture in Reader(mail.html).pictures] == [
        ("A wave", "56"),
        ("Silt in a jar", "300"),
        ("Ripples in the mud", "560"),
    ]
    assert all(picture["src"].endswith((".jpg", ".png")) for picture in Reader(mail.html).pictures)
    assert "A jar of it" in mail.html
    assert mail.html.count("Photo: Ada Moor") == 2
    assert "[Picture: Silt in a jar — A jar of it. Photo: Ada Moor]" in mail.text


def test_items_carry_their_number_source_and_byline(full):
    mail = letter(full)
    assert "1. Crabs\nThe Shore\nhttps://example.org/crabs\n" in mail.text
    assert "Mud\nBy Ada Moor\n" in mail.text
    assert "Long read\nSilt\n" in mail.text
    assert "By Ada Moor" in " ".join(Reader(mail.html).words.split())


def test_text_has_numbered_contents_and_lines_of_72_columns(full):
    full.articles.filter(slug="mud").update(body="word " * 100)
    text = letter(full).text
    assert "News\n\n1. Crabs\n   https://courant.example/low-tide/march/crabs/\n2. Terns\n" in text
    assert max(len(line) for line in text.split("\n") if "://" not in line) == 72
    assert "\n\n\n" not in text


def test_preheader_is_followed_by_filler_and_not_shown(full):
    html = letter(full, preheader="Crabs & terns").html
    assert '<div class="preheader" style="display:none;max-height:0;overflow:hidden' in html
    assert "Crabs &amp; terns\u034f" in html


def test_without_preheader_mail_programs_show_the_first_words(full):
    assert "\u034f" not in letter(full).html


def test_nothing_is_loaded_but_pictures(full):
    page = Reader(letter(full).html)
    assert not {"script", "link", "iframe", "form", "input", "svg", "object"} & set(page.tags)
    assert {picture["src"].split("/media/")[0] for picture in page.pictures} == {"https://courant.example"}
    assert "@import" not in page.html
    assert "url(" not in page.html


def test_styles_stand_at_the_elements_and_follow_the_accent(full):
    full.newsletter.accent = "#ffee00"
    full.newsletter.save()
    html = letter(full).html
    assert "var(" not in html
    assert "#ffee00!important" in html.replace(" ", "")
    assert "color:#7d7500" in html
    assert html.count("<style>") == 1


def test_footer_says_why_and_how_to_leave_and_where_we_live(full, settings):
    settings.POSTAL_ADDRESS = "1 Mud Lane, Coast"
    mail = letter(full)
    for part in (Reader(mail.html).words, mail.text):
        assert "You get this because you subscribed to Low Tide at Courant." in part
        assert "1 Mud Lane, Coast" in part


def test_what_readers_do_not_meet_is_not_mailed(published):
    for status in ("draft", "withdrawn"):
        cast.article(published.newsletter, published, title=f"SECRET {status}", slug=status, status=status)
    mail = letter(published)
    assert "SECRET" not in mail.html + mail.text


def test_preview_leads_nowhere_personal(published):
    html = letter_preview(Dispatch(issue=published))
    assert "xxunsubscribexx" not in html
    assert "xxpreferencesxx" not in html
    assert "Terns" in html


def test_queries_do_not_grow_with_the_issue(full, django_assert_num_queries):
    for number in range(10):
        cast.article(full.newsletter, full, title=f"Gull {number}", by=full.articles.first().contributors.all())
    with django_assert_num_queries(8):
        letter(full)


def test_a_section_with_a_text_alone_stands_where_it_is_and_an_empty_one_nowhere(full):
    cast.section(full, "Letters", 0, intro="You wrote to us.")
    cast.section(full, "Gone", 2)
    cast.render_texts(full)
    mail = letter(full)
    for part in (mail.html, mail.text):
        assert part.index("You wrote to us.") < part.index("Crabs", part.index("You wrote to us."))
        assert part.count("Letters") == 2
        assert "Gone" not in part
