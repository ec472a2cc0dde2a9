"""Composing and the renderer agree about what a block is: kinds and order, headings with level and words."""

from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.markup.cleaning import INCOMING
from core.markup.dialect import convert
from core.markup.tree import HEADINGS, parse, text_of
from newsletter.composing.blocks import Kind, split

REAL = sorted(Path(__file__).parents[3].glob("shared/real/**/*.md"))
TAGS = {"ul": "ENTRY", "ol": "ENTRY", "blockquote": "QUOTE", "pre": "CODE", "hr": "RULE"}
TAGS |= dict.fromkeys(
    ("p", "figure", "table", "dl", "span", "a", "em", "strong", "code", "img", "br", "del"), "PARAGRAPH"
)

#: Where blocks of one kind meet, one of both may take them for one.
CONSTRUCTS = r"""
tide *ebb* `code`
tide\nflood
tide\u000bflood
\u3000\u3000退潮
# tide
## tide ##
### Why C#
#### `tide` and *ebb*
##退潮
＃＃ 退潮
##\u00a0tide
\u200b# tide
#\u3000退潮 #
tide\n====
C#\n---
-\u00a0tide\n-\u00a0ebb
- tide\n- ebb
* tide\n  flood\n* ebb
1. tide\n2. ebb
1.\u2003tide\n\n   flood
- tide\n\n  # inside\n\n  more
- tide\n  ```js title="x"\n  # no\n  ```
- ```\n  # no\n  ```
- tide\n  - ebb\n    - flood
> tide\n> # no
\u00a0>\u00a0tide
> ```js {1}\n> # no\n> ```
> - tide\n> - ebb
```js {1,3} title="x"\n# no\n```
~~~ mermaid\n# no\n\n## no\n~~~
````\n```\n# no\n```\n````
\u00a0```\n- no\n\u00a0```
```\n# no\n`````
  ```\n# no\n  ```
    code # no\n\n    more
---
* * *
___\u00a0
![Boat](picture:boat)
| tide | ebb |\n|---|---|\n| a | b |
<div>\n\n# inside\n\n- inside\n\n</div>
<details>\n<summary>tide</summary>\n\n*ebb*\n\n</details>
<details>\n<summary>tide</summary>\nebb\n</details>
<section>\n\n# tide\n\nebb\n\n</section>
<center>\n\ntide\n\n</center>
<blockquote>\n\nebb\n\n</blockquote>
<figure>\n\n![](picture:boat)\n\n<figcaption>ebb</figcaption>\n</figure>
<table>\n<tr>\n<td>\n\n# inside\n\n</td>\n</tr>\n</table>
<div>\n\ntide
<!-- # no -->
<!--\n# no\n\n- no\n-->
<p align="center">\n  tide\n</p>
[ebb]: https://example.org/
Q: tide?
**tide**
2024. tide
[^1]: tide
--force\n--word
""".strip().split("\n")
CONSTRUCTS = [each.encode("latin-1", "backslashreplace").decode("unicode_escape") for each in CONSTRUCTS]
documents = st.lists(
    st.tuples(st.sampled_from(CONSTRUCTS), st.sampled_from(["\n\n", "\n\n", "\n", "\n\u00a0\n"])), max_size=8
)


def composed(text):
    for block in split(text):
        if block.kind is Kind.HEADING:
            yield block.level, text_of(parse(INCOMING.clean(convert(f"# {block.heading}"))))
        elif block.kind is Kind.HTML:
            yield from rendered(block.text)
        elif block.kind is not Kind.DEFINITION:
            yield block.kind.name


def rendered(text):
    root = parse(INCOMING.clean(convert(text)))
    if (root.text or "").strip():
        yield "PARAGRAPH"
    for child in root:
        if child.tag in HEADINGS:
            yield int(child.tag[1]), text_of(child)
        elif child.get("class") != "footnote":
            yield TAGS.get(child.tag, "HTML")
        if (child.tail or "").strip():
            yield "PARAGRAPH"


def once(blocks):
    """What lies side by side and is of one kind may be one block to one of them."""
    return [kind for kind, _ in groupby(blocks)]


def check(text):
    assert once(composed(text)) == once(rendered(text)), text


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_one_block_is_the_same_to_both(construct):
    check(construct)
    check(f"before\n\n{construct}\n\nbehind")


@given(documents)
def test_documents_are_the_same_to_both(parts):
    text = "".join(part for pair in parts for part in pair)
    assume("]: " not in text or "    code" not in text)  # whether it is of the note hangs on the blank lines between
    check(text)


@pytest.mark.skipif(not REAL, reason="needs the real documents")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_documents_are_the_same_to_both(path):
    check(path.read_text(encoding="utf-8"))
