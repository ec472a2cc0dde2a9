"""What other programs mean in Markdown, and links that readers would not get."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.composing import from_text, read
from newsletter.composing.translating import translate

MEANT = {
    '{{< figure src="a.png" alt="A" caption="C" >}}': '![A](a.png "C")',
    '{{< figure src="a.png" link="https://a.org" >}}': "[![](a.png)](https://a.org)",
    "{{< youtube dQw4w9WgXcQ >}}": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    '{{% youtube id="dQw4w9WgXcQ" %}}': "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "{% youtube https://youtu.be/dQw4w9WgXcQ %}": "https://youtu.be/dQw4w9WgXcQ",
    '<YouTube id="dQw4w9WgXcQ" />': "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "{{< vimeo 12345 >}}": "https://vimeo.com/12345",
    '{{< tweet user="ada" id="123" >}}': "https://twitter.com/ada/status/123",
    "{{< gist ada 5f3a >}}": "https://gist.github.com/ada/5f3a",
    '[a]({{< ref "b.md" >}})': "[a](b.md)",
    '[a]({{% relref "/posts/b.md#c" %}})': "[a](/posts/b.md#c)",
    "[a]({% post_url 2019-03-04-b %})": "[a](/_posts/2019-03-04-b.md)",
    "[a]({% link _posts/b.md %})": "[a](/_posts/b.md)",
    "![a]({{ site.baseurl }}/b.png)": "![a](/b.png)",
    "[a]({{ site.url }}{{ site.baseurl }}/b)": "[a](/b)",
    "[a]({{ '/b' | relative_url }})": "[a](/b)",
    "[a]({filename}/b.md) ![c](|static|d.png)": "[a](/b.md) ![c](d.png)",
    "{% highlight rust %}\n# not {{ this }}\n{% endhighlight %}": "```rust\n# not {{ this }}\n```",
    '{{< highlight go "linenos=table" >}}\nx := 1\n{{< /highlight >}}': "```go\nx := 1\n```",
    "{% raw %}{{ kept }}{% endraw %}": "{{ kept }}",
}


@pytest.mark.parametrize("written", MEANT)
def test_what_means_something_becomes_that(written):
    assert translate(written) == (MEANT[written], [])


LEFT_OUT = {
    "{% include ad.html %}": "",
    "{{< subscribe >}}": "",
    "{{% notice tip %}}Ebb{{% /notice %}}": "Ebb",
    "{% if page.x %}Ebb{% endif %}": "Ebb",
    "{% comment %}not yet{% endcomment %}": "",
    "{# not yet #}": "",
    "import Chart from '../chart.js'": "",
    "export const meta = { a: 1 };": "",
    '<Chart of="tides" />': "",
    "<Callout>Ebb</Callout>": "Ebb",
    "{:toc}": "",
    "[TOC]": "",
}


@pytest.mark.parametrize("written", LEFT_OUT)
def test_what_means_nothing_here_is_left_out_and_told(written):
    text, remarks = translate(f"One.\n\n{written}\n\nTwo.")
    assert text == f"One.\n\n{LEFT_OUT[written]}\n\nTwo."
    assert {remark.line for remark in remarks} == {3}
    assert all(remark.message.startswith("“") for remark in remarks)


def test_what_is_filled_in_elsewhere_stays_and_is_told():
    text, remarks = translate("Dear {{ subscriber.name }},")
    assert text == "Dear {{ subscriber.name }},"
    assert "filled in by another program" in remarks[0].message


CODE = [
    "`{{ a }}`",
    "```\n{% include a %}\n```",
    "    {{< a >}}",
    "Vec<T> and Option<String>",
    "a {b} c | d",
    "[toc](a)",
]


@pytest.mark.parametrize("written", CODE)
def test_code_and_prose_stay(written):
    assert translate(written) == (written, [])


PIECES = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{{<",
    ">}}",
    "{#",
    "#}",
    "raw",
    "endraw",
    "highlight",
    "x",
    '"',
    "\n",
    "`",
    "<A",
    ">",
    "import ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_every_line_keeps_its_number(pieces):
    text = " ".join(pieces)
    assert translate(text)[0].count("\n") == text.count("\n")


OPENINGS = ["{{ ", "{{< a ", "{% raw %}", "{# ", "{% highlight a %}\n", "<A b ", "{{/*", "{% comment %}"]


@pytest.mark.parametrize("piece", OPENINGS)
def test_openings_without_ends_cost_little(piece):
    begun = perf_counter()
    translate(piece * 20_000)
    assert perf_counter() - begun < 3


DEAD = [
    "/help",
    "issue-24.md",
    "irc://a.org/b",
    "javascript:alert(1)",
    "ftp://a.org/b",
    "../27/",
    "a.org/b",
    "data:text/html,x",
]


@pytest.mark.parametrize("address", DEAD)
@pytest.mark.parametrize(
    "written", ["See [b]({}).", "See [b][c].\n\n[c]: {}", '<p>\n<a href="{}">b</a></p>', "> [b]({})", "### [b]({})"]
)
def test_a_link_that_readers_will_not_get_is_told_with_its_line(address, written):
    text = f"# A\n\n## S\n\n{written.format(address)}\n"
    line = next(number for number, each in enumerate(text.split("\n"), start=1) if address in each)
    told = [remark for remark in read(from_text(text)).all_remarks if f"“{address}” leads nowhere" in remark.message]
    assert [remark.line for remark in told] == [line]


@pytest.mark.parametrize("address", ["https://a.org", "mailto:a@b.org", "tel:+31201234567", "#there", "//a.org/b"])
def test_a_link_that_readers_get_is_not_told(address):
    assert read(from_text(f"# A\n\n[b]({address})\n")).all_remarks == []


def test_with_the_address_of_the_old_site_links_are_whole():
    text = "---\ntitle: A\nbase_url: https://old.org/posts\n---\n[b](/c) ![d](e.png) [f](g.md) ![h](i.png)\n"
    plan = read(from_text(text))
    assert plan.articles[0].text.source == (
        "[b](https://old.org/c) ![d](https://old.org/posts/e.png) [f](https://old.org/posts/g.md) "
        "![h](https://old.org/posts/i.png)"
    )
