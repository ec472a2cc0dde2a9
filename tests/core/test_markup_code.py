"""Every fence that somebody closes holds code, whatever its first line says of it."""

import pytest

from core.markup import render
from core.markup.comments import render_comment

INFOS = {
    "": "",
    "js": "js",
    ' js {1,3} title="x"': "js",
    "{.python #id}": "python",
    " mermaid": "mermaid",
    " c++": "c++",
    "python:file.py": "python",
    'js title="a # b"': "js",
    "diff-js {data-x=1} \u201cquoted\u201d": "diff-js",
    "```": "",
    "{r, echo=FALSE}": "r",
    "<b>": "",
    "中文": "中文",
}


@pytest.mark.parametrize("info", INFOS)
@pytest.mark.parametrize("sign", ["```", "~~~", "`````"])
def test_fence_is_code_whatever_it_says(sign, info):
    if sign[0] == "`" and "`" in info:
        return
    spoken = f' class="language-{INFOS[info]}"' if INFOS[info] else ""
    name = ' id="id"' if "#id" in info else ""
    html = render(f"a\n{sign}{info}\n# no *heading*\n\n<div>\n{sign}\nb").html
    assert html == f"<p>a</p>\n<pre><code{spoken}{name}># no *heading*\n\n&lt;div&gt;</code></pre>\n<p>b</p>"
    assert "<pre><code># no *heading*" in render_comment(f"a\n{sign}{info}\n# no *heading*\n{sign}\nb")


@pytest.mark.parametrize(
    "text",
    [
        '- a\n\n  ```js title="x"\n  # no\n  ```\n- b',
        "- a\n  ```\n  # no\n  ```\n- b",
        "1. a\n\n    ~~~\n    # no\n    ~~~",
        "> ```js {1}\n> # no\n> ```",
        ">```\n># no\n>```",
        "> - ```\n>   # no\n>   ```",
        "- ```js\n  # no\n  ```",
        "1. ```\n   # no\n   ```\n2. b",
        "```\n# no\n`````",
        "  ```\n  # no\n```",
        "   ~~~\n# no\n   ~~~",
        "```\n# no\n```\t ",
    ],
)
def test_fence_in_lists_and_quotations_and_by_any_indent(text):
    html = render(text).html
    assert html.count("<pre>") == 1
    assert "># no</code></pre>" in html


def test_fence_in_a_fence_and_in_indented_code_is_text_of_it():
    assert render("````md\n```\n# x\n```\n````").html == '<pre><code class="language-md">```\n# x\n```</code></pre>'
    assert (
        render("a\n\n    ```\n    # x\n    ```\n\nb").html
        == "<p>a</p>\n<pre><code>```\n# x\n```</code></pre>\n<p>b</p>"
    )


@pytest.mark.parametrize(
    "text", ["```js\n# Tide\n\nb", "> ```\n> a\n\n# Tide\n\n```", "~~~\n# Tide\n```", "``` a`b\n# Tide\n```"]
)
def test_fence_that_nobody_closes_is_text(text):
    assert '<h2 id="tide">Tide</h2>' in render(text).html
