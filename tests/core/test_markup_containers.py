"""Markdown inside HTML, as GitHub reads it: below a blank line."""

import pytest

from core.markup import Figure, render, to_mail, to_text

BOAT = {"boat": Figure("boat", "/boat.jpg", "Boat", 8, 5, "Ebb", "Ada")}


@pytest.mark.parametrize("tag", ["details", "div", "blockquote", "dd", "DIV"])
@pytest.mark.parametrize("attributes", ["", " lang=en", ' class="x"'])
def test_blank_line_below_a_tag_means_markdown(tag, attributes):
    html = render(f"<{tag}{attributes}>\n\n## Tide\n\n*ebb*\n\n- flood\n\n</{tag}>\n\n*after*").html
    opened, inside, after = html.partition('<h2 id="tide">Tide</h2>\n<p><em>ebb</em></p>\n<ul>\n<li>flood</li>\n</ul>')
    assert opened.strip().startswith(f"<{tag.lower()}")
    assert inside
    assert after.split() == [f"</{tag.lower()}>", "<p><em>after</em></p>"]


@pytest.mark.parametrize("tag", ["section", "article", "aside", "center", "main", "form"])
def test_frames_leave_what_is_in_them(tag):
    html = render(f"<{tag}>\n\n## Tide\n\n*ebb*\n\n</{tag}>\n\nafter").html
    assert html.split("\n") == ['<h2 id="tide">Tide</h2>', "<p><em>ebb</em></p>", "", "<p>after</p>"]


def test_details_fold_markdown_below_a_summary_of_markdown():
    html = render(
        "<details>\n<summary>1. **Ebb**</summary>\n\n*flood*\n\n```\n</details>\n```\n</details>\nafter"
    ).html
    assert "".join(html.split("\n")) == (
        "<details><summary>1. <strong>Ebb</strong></summary><p><em>flood</em></p>"
        "<pre><code>&lt;/details&gt;</code></pre></details><p>after</p>"
    )


def test_details_in_details_in_a_list_and_in_a_quotation():
    inner = "<details>\n<summary>B</summary>\n\n*em*\n\n</details>"
    for text in (
        f"<details>\n<summary>A</summary>\n\n{inner}\n\n*out*\n\n</details>",
        "- a\n\n  " + inner.replace("\n", "\n  ") + "\n- *b*",
        "1. a\n\n    " + inner.replace("\n", "\n    ") + "\n2. *b*",
        "> " + inner.replace("\n", "\n> ") + "\n\n*b*",
    ):
        html = "".join(render(text).html.split("\n"))
        assert "<summary>B</summary><p><em>em</em></p>" in html
        assert html.count("<details>") == html.count("</details>") == text.count("<details>")
        assert "*" not in html


def test_cells_of_a_table_hold_markdown():
    html = render("<table>\n<tr>\n<td>\n\n*a*\n\n</td>\n<td>\n\n- b\n\n</td>\n</tr>\n</table>\n\n*c*").html
    assert "<td><p><em>a</em></p></td><td><ul><li>b</li></ul></td></tr></tbody></table></div><p><em>c</em></p>" in (
        html.replace("\n", "")
    )


def test_figure_of_a_picture_with_a_caption_of_markdown_is_one_figure():
    text = "<figure>\n\n![](picture:boat)\n\n<figcaption>*Ebb* tide</figcaption>\n</figure>"
    html = render(text, figures=BOAT).html
    assert html.count("<figure") == 1
    assert "<figcaption><em>Ebb</em> tide</figcaption>" in html.replace("\n", "")
    assert "Ebb tide" in to_text(text, figures=BOAT)
    assert "Ebb" in to_mail(text, figures=BOAT, base_url="https://courant.example/")


@pytest.mark.parametrize(
    "text", ["<div>\n*raw*\n</div>", "<pre>\n\n*raw*\n\n</pre>", "<ul>\n<li>*raw*</li>\n\n<li>*raw*</li>\n</ul>"]
)
def test_html_without_a_blank_line_below_its_tag_stays_as_it_is(text):
    assert "*raw*" in render(text).html


def test_tag_that_nobody_closes_holds_nothing():
    assert render("<div>\n\n*ebb*\n\n# Tide").html == '<div></div>\n<p><em>ebb</em></p>\n<h2 id="tide">Tide</h2>'


@pytest.mark.parametrize(
    "unit", ["<div>\n\n", "</div>\n\n", "<p>\n\n", "<details>\n\na</details>\n", "<td>\n", "<li>a\n\n"]
)
def test_runs_of_tags_are_rendered(unit):
    assert "end" in render(unit * 3000 + "\n\nend").html


def test_script_among_markdown_is_gone():
    inside = "<script>alert(1)</script>\n\n[a](javascript:alert(1))\n\n<img src=x onerror=alert(1)>"
    html = render(f"<details>\n\n{inside}\n\n</details>").html
    assert "script" not in html
    assert "onerror" not in html
