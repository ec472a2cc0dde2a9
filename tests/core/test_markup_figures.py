"""Pictures and videos in a text."""

import pytest

from core.markup import Figure, referenced_pictures, render

BOAT = Figure(
    name="boat",
    url="/media/boat.jpg",
    alt="A boat on the beach",
    width=1600,
    height=900,
    caption="Waiting for <water>",
    credit="Photo: Ada",
    credit_url="https://example.org/ada",
    sources=(("image/avif", "/media/boat.avif 800w"), ("image/webp", "/media/boat.webp 800w")),
    sizes="100vw",
)
PLAIN = Figure(name="plain", url="https://files.example.org/plain.png", alt="Plain", width=0, height=0)
FIGURES = {"boat": BOAT, "plain": PLAIN}


def shown(text, **options):
    return render(text, figures=FIGURES, **options)


def test_picture_alone_in_its_paragraph_is_a_figure():
    assert shown("![](picture:boat)").html == (
        '<figure><picture><source type="image/avif" srcset="/media/boat.avif 800w" sizes="100vw">'
        '<source type="image/webp" srcset="/media/boat.webp 800w" sizes="100vw">'
        '<img src="/media/boat.jpg" alt="A boat on the beach" width="1600" height="900" '
        'loading="lazy" decoding="async"></picture><figcaption>Waiting for &lt;water&gt; <span class="credit">'
        '<a href="https://example.org/ada">Photo: Ada</a></span></figcaption></figure>'
    )


def test_picture_without_sizes_caption_or_credit_is_shown_plainly():
    assert shown("![](picture:plain)").html == (
        '<figure><img src="https://files.example.org/plain.png" alt="Plain" loading="lazy" decoding="async"></figure>'
    )


def test_words_beside_the_name_go_before_those_of_the_picture():
    html = shown('![My boat](picture:boat "Ebb")').html
    assert 'alt="My boat"' in html
    assert "<figcaption>Ebb <span" in html


def test_picture_on_a_line_of_its_own_is_a_figure_too():
    html = shown("before\n![](picture:plain)\nafter").html
    assert html.startswith("<p>before</p>\n<figure>")
    assert html.endswith("</figure>\n<p>after</p>")


def test_pictures_side_by_side_are_figures_each():
    assert shown("![](picture:boat) ![](picture:plain)").html.count("<figure>") == 2


def test_picture_in_running_text_stays_there():
    html = shown("See ![](picture:plain) here").html
    assert html.startswith("<p>See <img")
    assert "figure" not in html


def test_italic_line_below_a_picture_stays_a_paragraph():
    assert "<p><em>Ebb</em></p>" in shown("![](picture:boat)\n\n*Ebb*").html


def test_first_picture_of_a_page_is_not_lazy():
    html = shown("![](picture:boat)\n\n![](picture:plain)", eager_first=True).html
    assert html.count('loading="lazy"') == 1
    assert html.index("fetchpriority") < html.index("lazy")


def test_unknown_picture_leaves_its_words_and_is_reported():
    result = shown("![A ship](picture:ship)\n\n![](picture:boat) and ![](picture:ship)")
    assert "<img" in result.html
    assert result.html.startswith("<p><span>A ship</span></p>")
    assert result.pictures == ("ship", "boat", "ship")
    assert result.missing == ("ship",)


def test_picture_from_elsewhere_is_a_link():
    html = shown("![A ship](https://example.org/ship.png) ![](https://example.org/b.png)").html
    assert html == (
        '<p><a href="https://example.org/ship.png">A ship</a> '
        '<a href="https://example.org/b.png">https://example.org/b.png</a></p>'
    )


def test_picture_from_elsewhere_inside_a_link_is_its_text():
    html = shown("[![A ship](https://example.org/ship.png)](https://example.org/)").html
    assert html == '<p><a href="https://example.org/"><span>A ship</span></a></p>'


def test_picture_by_relative_address_leaves_its_words():
    assert shown("![A ship](pictures/ship.png)").html == "<p><span>A ship</span></p>"


def test_caption_written_in_html_stays():
    html = shown('<figure><img src="picture:boat"><figcaption>Own words</figcaption></figure>').html
    assert "<figcaption>Own words</figcaption>" in html
    assert html.count("figcaption") == 2


def test_names_are_known_without_rendering():
    text = "![](picture:boat) ![x][s] ![](picture:潮-1)\n\n[s]: picture:ship\n\n![](picture:boat)"
    assert referenced_pictures(text) == ("boat", "潮-1", "ship")


@pytest.mark.parametrize(
    ("address", "embed"),
    [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"),
        ("https://m.youtube.com/watch?t=9&v=aqz-KE-bpKQ&x=1", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"),
        ("https://youtu.be/aqz-KE-bpKQ?si=abc", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"),
        ("https://youtube.com/shorts/aqz-KE-bpKQ", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
    ],
)
def test_video_alone_on_its_line_plays_on_click(address, embed):
    html = shown(f"before\n{address}\nafter").html
    assert '<figure class="video"><a class="video-link" href="' in html
    assert f'data-embed="{embed.replace("&", "&amp;")}"' in html
    assert "iframe" not in html
    assert "src" not in html


def test_a_picture_that_leads_to_a_video_plays_it_on_click():
    html = shown("[![](picture:plain)](https://youtu.be/aqz-KE-bpKQ)\n*The harbour*").html
    assert html == (
        '<figure class="video"><a class="video-link" href="https://youtu.be/aqz-KE-bpKQ"'
        ' data-embed="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ">'
        '<img src="https://files.example.org/plain.png" alt="Plain" loading="lazy" decoding="async">'
        '<span class="video-host">YouTube</span> <span class="video-address">youtu.be/aqz-KE-bpKQ</span></a>'
        "<figcaption>The harbour</figcaption></figure>"
    )


def test_a_still_brings_its_caption_and_a_missing_one_its_words():
    html = shown("[![](picture:boat)](https://youtu.be/aqz-KE-bpKQ)").html
    assert '<figcaption>Waiting for &lt;water&gt; <span class="credit">' in html
    html = shown("[![Harbour](picture:lost)](https://youtu.be/aqz-KE-bpKQ)").html
    assert "<span>Harbour</span>" in html


def test_a_picture_that_leads_elsewhere_is_a_picture():
    assert "<figure" not in shown("[![](picture:boat)](https://example.org/)").html


def test_italic_line_below_a_video_is_its_caption():
    html = shown("https://youtu.be/aqz-KE-bpKQ\n*The [harbour](https://example.org) at night*\n\n*Next*").html
    assert '<figcaption>The <a href="https://example.org">harbour</a> at night</figcaption></figure>' in html
    assert html.endswith("<p><em>Next</em></p>")


@pytest.mark.parametrize(
    "text",
    [
        "See https://youtu.be/aqz-KE-bpKQ",
        "[See](https://youtu.be/aqz-KE-bpKQ)",
        "https://youtu.be/aqz-KE-bpKQ https://youtu.be/aqz-KE-bpKQ",
        "https://youtu.be.example.org/aqz-KE-bpKQ",
        "https://example.org/watch?v=aqz-KE-bpKQ",
        "https://vimeo.com/ondemand",
    ],
)
def test_other_addresses_stay_links(text):
    html = shown(text).html
    assert "figure" not in html
    assert html.count("<a href=") == text.count("https:")
