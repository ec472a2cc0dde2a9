"""No text, by whomever, brings a script, a form or a request to another site onto a page or into a mail."""

import re

import html5lib
import markdown
import pytest

from core.markup import Figure, render, to_mail

ATTACKS = [
    # Scripts and elements that run them
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "a <script\t>alert(1)</script >",
    "<script/x>alert(1)</script>",
    "<div><script>alert(1)</script></div>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><img title='</title><img src=x onerror=alert(1)>'>",
    "<xmp><img title='</xmp><img src=x onerror=alert(1)>'>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<form action='javascript:alert(1)'><input type=submit></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='//evil.example/'>",
    "<style>@import '//evil.example/x.css';</style>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video><source onerror=alert(1)></video>",
    "<video src='//evil.example/x' autoplay></video>",
    "<audio src=x onerror=alert(1)>",
    # Handlers and styles on elements that are allowed
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(1) onerror=eval(src)>",
    "<img src=x\tonerror='alert(1)'>",
    '<img """><script>alert(1)</script>">',
    "<p onclick=alert(1)>x</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<b onmouseover=alert(1)>x</b>",
    "<a href='https://x.example' onclick=alert(1)>x</a>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<table background='//evil.example/x.png'><tr><td>x</td></tr></table>",
    "*x*{onmouseover=alert(1)}",
    "# x {onclick=alert(1)}",
    "para\n{: style=position:fixed onclick=alert(1)}",
    "[x](https://x.example){onclick=alert(1)}",
    "![x](picture:boat){onerror=alert(1)}",
    # Addresses
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript&colon;alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](<javascript:alert(1)>)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript://x.example/%0aalert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='//evil.example/'>x</a>",
    "[x](//evil.example/)",
    "[x](/relative)",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "![x](https://evil.example/pixel.png){srcset=https://evil.example/2.png}",
    "<img src='https://evil.example/pixel.png'>",
    "<img srcset='https://evil.example/pixel.png 1x' src=picture:boat>",
    "<picture><source srcset='https://evil.example/pixel.png'><img src=picture:boat></picture>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<q cite='javascript:alert(1)'>x</q>",
    "<a href=https://x.example ping=https://evil.example>x</a>",
    # What only Markdown makes of it
    "`<img src=x onerror=alert(1)>`<img src=x onerror=alert(1)>",
    "```\n</code></pre><script>alert(1)</script>\n```\n<script>alert(1)</script>",
    "<div\n\nonclick=alert(1)>\n\n<img src=x onerror=alert(1)></div>",
    "Q: <img src=x onerror=alert(1)>\n\nA: <script>alert(1)</script>",
    "x[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    "| <img src=x onerror=alert(1)> |\n|---|\n| x |",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<?x ><img src=x onerror=alert(1)>?>",
]
TAGS = set(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption "
        "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp small source span "
        "strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr",
    )
)
ATTRIBUTES = set(
    re.findall(
        r"[\w-]+",
        "abbr align alt aria-label class colspan data-embed datetime decoding dir fetchpriority headers height href "
        "hreflang id lang loading open reversed role rowspan scope sizes span src srcset start tabindex title type "
        "value width",
    )
)
BOAT = Figure(
    name="boat", url="/media/boat.jpg", alt="Boat", width=8, height=5, sources=(("image/webp", "/media/boat.webp 8w"),)
)
FIGURES = {"boat": BOAT}


def dangers(html):
    """What in parsed HTML may run, submit, look odd or call another site. Text is none of it."""
    found = []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        tag = str(element.tag)
        found += [tag] if tag not in TAGS | {"DOCUMENT_FRAGMENT"} else []
        for name, value in element.attrib.items():
            allowed = {
                "href": r"https?://\w|mailto:\w|#",
                "src": r"(https://site\.example)?/media/",
                "srcset": r"/media/[\w.]+ \d+w$",
                "data-embed": r"https://(www\.youtube-nocookie\.com/embed|player\.vimeo\.com/video)/[\w-]+(\?dnt=1)?$",
            }.get(str(name), "")
            found += [f"{tag} {name}={value}"] if name not in ATTRIBUTES or not re.match(allowed, value) else []
    return found


@pytest.mark.parametrize("text", ATTACKS)
def test_attack_comes_to_nothing(text):
    assert dangers(render(text, figures=FIGURES).html) == []
    assert dangers(to_mail(text, figures=FIGURES, base_url="https://site.example/")) == []
    assert [danger for _, _, answer in render(text).questions for danger in dangers(answer)] == []


@pytest.mark.parametrize("text", ATTACKS)
def test_attack_would_come_to_something(text):
    extensions = ["tables", "footnotes", "attr_list", "pymdownx.superfences"]
    assert dangers(markdown.markdown(text, extensions=extensions)) != []


def test_picture_with_hostile_words_stays_a_picture():
    words = '"><script>alert(1)</script><b onclick="alert(1)">'
    figure = Figure("boat", "/media/boat.jpg", words, 8, 5, words, words, "javascript:alert(1)")
    html = render(f"![{words}](picture:boat '{words.replace(chr(39), '')}')", figures={"boat": figure}).html
    assert dangers(html) == []
    assert "&lt;script&gt;" in html


def test_classes_are_ours_alone():
    html = render('<p class="video">x</p>\n\n# Sea {.qa}\n\n<div class="footnotes table">y</div>').html
    assert "class" not in html


@pytest.mark.parametrize(
    "html",
    [
        '<details open=""><summary>More</summary><p>x</p></details>',
        '<p><abbr title="Low tide">LT</abbr> <kbd>k</kbd> <ruby>漢<rt>kan</rt></ruby> H<sub>2</sub>O</p>',
        '<p lang="zh" dir="ltr">海</p>',
        "<blockquote>x <cite>Ada</cite></blockquote>",
        '<ol start="3" reversed=""><li value="4">x</li></ol>',
    ],
)
def test_harmless_html_stays(html):
    assert render(html).html == html


def test_comment_is_not_shown():
    assert render("a <!-- secret --> b").html == "<p>a  b</p>"
