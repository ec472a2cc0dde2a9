"""What editors and documents may bring along is shown as what it is, never run."""

from newsletter.models import Article, Issue, Newsletter, Section
from tests.mailing.reading import Reader, letter

NASTY = '<img src=x onerror=alert(1)></td></style><script>alert("1")</script>'


def test_markup_in_titles_is_shown_as_written(published):
    Newsletter.objects.update(title=NASTY, tagline=NASTY)
    Issue.objects.update(title=NASTY, preheader=NASTY)
    Section.objects.update(title=NASTY)
    Article.objects.update(title=NASTY, kicker=NASTY, source_name=NASTY, source_language="nl")
    mail = letter(Issue.objects.get(pk=published.pk))
    page = Reader(mail.html)
    assert "script" not in page.tags
    assert page.pictures == []
    assert NASTY in page.words
    assert NASTY.split()[0] in mail.text


def test_markup_in_texts_is_cleaned(published):
    Article.objects.update(body=f"{NASTY}\n\n[x](javascript:alert(1)) ![](https://spy.example/pixel.gif)")
    page = Reader(letter(published).html)
    assert "script" not in page.tags
    assert page.pictures == []
    assert not any(link.startswith("javascript") for link in page.links)


def test_template_language_in_texts_is_text(published):
    Article.objects.update(title="{{ settings.SECRET_KEY }}", body="{% now 'Y' %}")
    mail = letter(published)
    for part in (mail.html, mail.text):
        assert "{{ settings.SECRET_KEY }}" in part
        assert "{% now" in part
