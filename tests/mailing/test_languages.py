"""Whoever reads in Chinese meets no English on the way in, in a letter, or on the way out."""

import re
from html import unescape

import pytest

from mailing.models import Subscriber
from mailing.tokens import preferences_url, unsubscribe_url
from tests import cast
from tests.mailing.post import ask, delivered, link_in, path, visitor
from tests.mailing.reading import Reader, letter
from tests.newsletter.pages import text_of

pytestmark = pytest.mark.django_db

LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES_THAT_STAY = {"Courant", "YouTube", "NRC", "RSS", "Atom", "JSON", "Feed"}
#: Addresses of people, pages and files, and what marks a person's own.
NO_WORDS = re.compile(r"(https?|mailto)://\S+|\S+@[\w.]+|youtu\.be/\S+|xx\w+xx")


@pytest.fixture
def paper():
    return cast.low_tide(
        title="潮间带", tagline="海水退去之后", language="zh-hans", cadence="月刊", about="每月一期。"
    )


def english_in(text):
    return set(LATIN.findall(NO_WORDS.sub(" ", text))) - NAMES_THAT_STAY


def spoken(html):
    """What a page says; its list of languages calls each by its own name."""
    body = re.sub(r"<option.*?</option>", "", html.partition("<body>")[2])
    attributes = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', body)
    return unescape(text_of(body) + " ".join(attributes))


def test_a_letter_is_wholly_chinese(paper):
    cast.picture("泥", alt="泥上的波纹", caption="退潮时", credit="图：林海潮")
    issue = cast.issue(paper, 2, title="泥", slug="泥", body="https://youtu.be/aqz-KE-bpKQ\n*港口*", closing="再会。")
    cast.article(
        paper, issue, title="鳗鱼", slug="鳗鱼", body="![](picture:泥)", kind="item",
        section=cast.section(issue, "来信"), by=[cast.contributor("林海潮")], source_name="NRC", source_language="nl", source_url="https://example.org/",
    )  # fmt: skip
    mail = letter(issue)
    assert english_in(mail.text) == english_in(Reader(mail.html.partition("</head>")[2]).words) == set()
    assert "[图片：泥上的波纹 — 退潮时。图：林海潮]" in mail.text
    assert "[视频：港口]" in mail.text


def test_every_page_and_mail_on_the_way_is_chinese(paper):
    browser = visitor()
    seen = [ask(client=browser).text]
    (asking,) = delivered()
    confirmation = link_in(asking, "/confirm/")
    seen += [browser.get(confirmation).text, browser.post(confirmation).text]
    cast.issue(paper, 1, title="盐", slug="盐", body="开篇。")
    sumi = Subscriber.objects.get()
    own, leave = path(preferences_url(sumi.pk)), path(unsubscribe_url(sumi.pk, paper.pk))
    seen += [browser.get(f"{own}{page}").text for page in ("", "address/", "erasure/")]
    seen += [browser.get(leave).text, browser.post(leave).text]
    for html in seen:
        assert "</main>" in html
        assert english_in(spoken(html)) == set()
    assert english_in(asking.body + asking.subject) == set()
