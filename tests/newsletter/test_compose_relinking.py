"""Addresses in a document are changed where they stand, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.composing.relinking import addresses, relink, whole
from tests.newsletter.test_compose_loses_nothing import documents

RELINKED = {
    "[a](/help)": "[a](https://old.org/help)",
    "[a](issue-24.md)": "[a](https://old.org/posts/issue-24.md)",
    "[a](../24/ 'Title')": "[a](https://old.org/24/ 'Title')",
    "[a](</my help>)": "[a](<https://old.org/my%20help>)",
    "[a](//host.org/x)": "[a](https://host.org/x)",
    "[a](?p=5)": "[a](https://old.org/posts/?p=5)",
    "![a](x.png)": "![a](https://old.org/posts/x.png)",
    "![a](my mud.png)": "![a](https://old.org/posts/my%20mud.png)",
    "[![a](x.png)](/b)": "[![a](https://old.org/posts/x.png)](https://old.org/b)",
    "[a [b] c](/d_(e))": "[a [b] c](https://old.org/d_(e))",
    "- [a](/b)\n  - [c](/d)": "- [a](https://old.org/b)\n  - [c](https://old.org/d)",
    "> [a](/b)": "> [a](https://old.org/b)",
    "### 1. [a](/b)": "### 1. [a](https://old.org/b)",
    "[a][b]\n\n[b]: /c": "[a][b]\n\n[b]: https://old.org/c",
    '[b]: </c> "e"': '[b]: <https://old.org/c> "e"',
    '<a class="x" href="/b">c</a>': '<a class="x" href="https://old.org/b">c</a>',
    "<img src='x.png'>": "<img src='https://old.org/posts/x.png'>",
    "<a href=/b>c</a>": "<a href=https://old.org/b>c</a>",
    "<div>\n\n[a](/b)\n\n</div>": "<div>\n\n[a](https://old.org/b)\n\n</div>",
}


@pytest.mark.parametrize("written", RELINKED)
def test_a_relative_address_is_made_whole(written):
    assert relink(written, whole("https://old.org/posts/")) == RELINKED[written]


KEPT = [
    "[a](https://b.org/c)",
    "[a](mailto:ada@example.org)",
    "[a](tel:+31201234567)",
    "[a](#there)",
    "[a]()",
    "<https://b.org>",
    "`[a](/b)` and ``x ` [a](/b)``",
    "```\n[a](/b)\n```",
    "    [a](/b)",
    "- c\n\n  ```\n  [a](/b)\n  ```",
    "> ```\n> [a](/b)\n> ```",
    "a\x0b```\x0b[b] (/c)\n\n```\n\x0c[a](/b)\n```",
    r"\[a](/b)",
    "[^1]: /b",
    '<a data-href="/b">c</a>',
    "[a] (/b)",
]


@pytest.mark.parametrize("written", KEPT)
def test_what_is_whole_or_no_address_stays(written):
    assert relink(written, whole("https://old.org/posts/")) == written


@given(documents(), st.booleans())
def test_no_other_letter_changes(text, is_rich):
    assert relink(text, lambda address: address) == text
    found = addresses(text)
    marked = relink(text, lambda address: f"\0{address}\0")
    assert marked.count("\0") + marked.count("%00") == 2 * len(found)
    assert marked.replace("\0", "").replace("%00", "").replace("%20", " ") == text.replace("%20", " ")
