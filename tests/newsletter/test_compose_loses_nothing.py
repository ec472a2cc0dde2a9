"""No word and no address of a document disappears, whatever it is made of."""

import re
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from newsletter.composing import Action, Answers, Choice, Document, read
from newsletter.composing.blocks import join, split
from tests import cast

#: Each `W` becomes a word of its own, each `U` an address of its own.
LINES = r"""
W
W W.
W\
  W
    W
	W
W | W
--- | ---
| W | W |
===
---
***
- - -
# W
## W
### W
#### W
##W
###
## [W](U)
### [W](U)
### [W](U "W") (W)
# [W](U) W
### 1. W
### 2) [W](U) (in Dutch) W
### **3. W** (W)
### W [W](U) W
### W[^1] {#note}
### <a href='U'>W</a>
### W <!-- W -->
### ![W](U)
### <U>
## 4. W
## W #
1. **W**
2. [W](U) W
3、[W](U)（W）
**4. W** W
[5. W](U): W
6) **W**
**7.** [W](U)
8. W
9. *W* W
1. __W__ – W
3. [W][1]
4. [W]
5. **[W](U) W** (in W)
6. **W [W](U)**
7. [![W](U)](U)
2. [W](/W)
2. **W
- W
* W
- **1. W**
  - W
   W
   1. **W**
  ## W
> W
> ## W
> 1. **W**
>> W
>
```
~~~
```W
<div>
</div>
<b>W</b>
<!-- W
-->
<!-- W -->
<p>W
<img src='W' alt='W'>
<hr>
[1]: U
[W]: U "W"
[^1]: W
    [^2]: W
W[^1]
[W][1]
[^1]
[1]
![W](mud.png)
![W](x/Mud.png "W")
![W](mud.png "Photo: W")
![W](my mud.png)
![W](U)
![W](W.png)
![W][1]
W ![W](mud.png) W
![](mud.png)
[![W](mud.png)](U)
- ![W](mud.png)
> ![W](mud.png)
*W*
_W W_
*W. Photo: W*
*W*: W
*W
W*
**W**
***W***
*W [W](U)*
*W <a href='U'>W</a>*
*W ![W](mud.png) W*
*W[^1]*
*[W][1]*
*Photo: [W](U)*
*Photo: <U>*
Photo: W
图：W
https://youtu.be/W
<U>
`W`
`![W](mud.png)`
Q: W
A: W
: W
“W”
W &amp; W
\# W
""".strip("\n").split("\n")
PICTURE = cast.image_file("mud.png", (8, 8), "PNG").read()
TRACES = re.compile(r"w\d+w|https://example\.org/u\d+u")
BLANK = ["", " "] * 15


@st.composite
def documents(draw):
    lines = draw(st.lists(st.sampled_from([*LINES, *BLANK]), min_size=1, max_size=25))
    number = count(1)
    return re.sub(
        r"\b[WU]\b|(?<=#)W|(?<=`)W",
        lambda found: f"w{next(number)}w" if found[0] == "W" else f"https://example.org/u{next(number)}u",
        "# W\n\n" + "\n".join(lines) + "\n",
    )


def said(plan):
    """Everything that readers and editors will find of a plan."""
    yield plan.title
    for text in plan.texts:
        yield text.source
    for section in plan.sections:
        yield section.title
    for article in plan.articles:
        yield from (article.title, article.source_url, article.source_name)
    for picture in plan.pictures:
        yield from (picture.alt, picture.caption, picture.credit, picture.credit_url)


@given(documents())
def test_every_word_and_every_address_is_found_again(text):
    plan = read(Document(text, {"mud.png": PICTURE, "my mud.png": PICTURE}))
    found = "\n".join(said(plan))
    assert [trace for trace in TRACES.findall(text) if trace not in found] == []


@given(documents())
def test_nothing_is_lost_where_articles_are_merged(text):
    document = Document(text, {"mud.png": PICTURE, "my mud.png": PICTURE})
    merged = {article.line: Choice(Action.MERGE) for article in read(document).articles}
    found = "\n".join(said(read(document, Answers(merged))))
    assert [trace for trace in TRACES.findall(text) if trace not in found] == []


@given(documents(), st.booleans())
def test_blocks_hold_every_line_in_its_place(text, is_indented):
    if is_indented:
        text = text.replace("\n", "\n  ")
    blocks = split(text)
    lines = [line.rstrip() if not line.strip() else line for line in text.split("\n")]
    rebuilt = [""] * len(lines)
    for block in blocks:
        rebuilt[block.line - 1 : block.line - 1 + len(block.lines)] = block.lines
    assert [line for line in rebuilt if line.strip()] == [line for line in lines if line.strip()]
    assert [line.strip() for line in join(blocks).split("\n")] == [line.strip() for line in text.strip().split("\n")]
