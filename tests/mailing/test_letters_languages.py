"""A letter speaks its newsletter's language, whatever the site's is."""

from tests import cast
from tests.mailing.reading import letter


def paper(language, **fields):
    return cast.low_tide(language=language, **fields)


def test_chinese(db):
    issue = cast.issue(paper("zh-hans", title="山间来信"), title="秋茶与雨", body="这是第四封信。" * 20)
    cast.article(issue.newsletter, issue, title="十九天的雨", slug="rain", body="今年的秋雨是白露那天开始下的。" * 20)
    mail = letter(issue)
    assert '<html lang="zh-hans" dir="ltr">' in mail.html
    assert "Songti SC" in mail.html
    assert "2026年4月" in mail.html
    assert "第\u00a01\u00a0期" in mail.text
    assert "在网页上讨论" in mail.text
    assert "退订" in mail.html
    assert max(len(line) for line in mail.text.split("\n") if "://" not in line and "=" not in line) <= 72
    assert max(len(line) for line in mail.text.split("\n") if "秋雨" in line) <= 36
    assert mail.headers["Content-Language"] == "zh-hans"
    assert mail.from_email.startswith("山间来信 <")


def test_right_to_left(db):
    issue = cast.issue(paper("ar", title="الجزر"), title="أطول جزر")
    news = cast.section(issue)
    cast.article(issue.newsletter, issue, title="عودة البوق", slug="horn", section=news, kind="item", body="> نعم")
    html = letter(issue).html
    assert '<html lang="ar" dir="rtl">' in html
    assert 'dir="rtl"' in html.split("<body")[1]
    assert "text-align:right" in html
    assert "border-right:1px solid" in html


def test_source_in_another_language_is_named(published):
    published.articles.filter(slug="crabs").update(source_language="nl")
    mail = letter(published)
    assert "The Shore in Dutch" in mail.text
    assert 'hreflang="nl"' in mail.html
