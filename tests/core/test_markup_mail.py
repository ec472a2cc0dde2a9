"""The same text for mail clients."""

from core.markup import Figure, to_mail

BOAT = Figure(
    "boat", "/media/boat.jpg", "A boat", 1600, 900, "Waiting", "Ada", sources=(("image/webp", "/b.webp 8w"),)
)


def mail(text):
    return to_mail(text, figures={"boat": BOAT}, base_url="https://courant.example/").replace("\n", "")


def test_picture_is_plain_and_absolute():
    assert mail("![](picture:boat)") == (
        '<div class="figure"><img src="https://courant.example/media/boat.jpg" alt="A boat" width="560">'
        '<p class="caption">Waiting <span class="credit">Ada</span></p></div>'
    )


def test_video_is_a_still_that_leads_to_it_and_loads_nothing():
    assert mail("https://youtu.be/aqz-KE-bpKQ\n*Harbour at [night](https://example.org)*") == (
        '<div class="video"><table class="still" role="presentation" width="100%"><tbody><tr><td align="center">'
        '<a class="screen" href="https://youtu.be/aqz-KE-bpKQ"><span class="play">\u25ba</span>'
        '<br>Watch on YouTube<br><span class="where">youtu.be/aqz-KE-bpKQ</span></a></td></tr></tbody></table>'
        '<p class="caption">Harbour at <a href="https://example.org">night</a></p></div>'
    )


def test_a_picture_that_leads_to_a_video_is_its_still():
    html = mail("[![The harbour](picture:boat)](https://youtu.be/aqz-KE-bpKQ)")
    assert (
        '<td class="figure"><a href="https://youtu.be/aqz-KE-bpKQ">'
        '<img src="https://courant.example/media/boat.jpg" alt="The harbour" width="560"></a></td>'
    ) in html
    assert html.count('href="https://youtu.be/aqz-KE-bpKQ"') == 2
    assert html.endswith('<p class="caption">Waiting <span class="credit">Ada</span></p></div>')


def test_notes_are_numbers():
    html = mail("Sea[^a]\n\n[^a]: wet")
    assert "Sea<sup><span>[1]</span></sup>" in html
    assert "<li><p>wet" in html
    assert "href" not in html


def test_nothing_has_an_id_and_nothing_leads_into_the_text():
    html = mail("# Sea {#sea}\n\n[up *there*](#sea)\n\nQ: Why?\n\nA: Moon.")
    assert "id=" not in html
    assert "<span>up <em>there</em></span>" in html
    assert '<h3 class="question"><span class="mark">Q:</span> Why?</h3>' in html


def test_table_has_no_frame():
    assert mail("| a |\n|--:|\n| b |").startswith('<table><thead><tr><th align="right">a</th>')
