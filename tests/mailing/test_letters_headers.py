"""What stands above a letter, and that nobody can add to it."""

import pytest

from tests.mailing.reading import letter


def test_headers_name_the_list(published):
    number = published.newsletter.pk
    assert letter(published).headers == {
        "List-Id": f"<newsletter-{number}.courant.example>",
        "List-Archive": "<https://courant.example/low-tide/>",
        "Content-Language": "en",
        "Feedback-ID": f"dispatch-0:newsletter-{number}:issue:courant",
    }


@pytest.mark.parametrize(
    ("chosen", "of_issue", "subject"),
    [("Ours", "Its own", "Ours"), ("", "Its own", "Its own"), ("", "", "March")],
)
def test_subject_is_the_dispatchs_or_the_issues_or_the_title(published, chosen, of_issue, subject):
    published.subject = of_issue
    published.save()
    assert letter(published, subject=chosen).subject == subject


def test_mail_comes_from_the_newsletter(published):
    published.newsletter.sender_name = "Ada, at Low Tide"
    published.newsletter.sender_address = "ada@example.org"
    published.newsletter.reply_to = "letters@example.org"
    published.newsletter.save()
    mail = letter(published)
    assert mail.from_email == '"Ada, at Low Tide" <ada@example.org>'
    assert mail.reply_to == "letters@example.org"


def test_without_a_sender_it_comes_from_the_site_in_the_newsletters_name(published, settings):
    settings.DEFAULT_FROM_EMAIL = "The site <post@courant.example>"
    mail = letter(published)
    assert mail.from_email == "Low Tide <post@courant.example>"
    assert mail.reply_to == ""


def test_line_breaks_add_no_header(published):
    published.newsletter.sender_name = "Ada\r\nBcc: all@example.org"
    published.newsletter.save()
    mail = letter(published, subject="March\r\nBcc: all@example.org")
    assert mail.subject == "March Bcc: all@example.org"
    assert "\n" not in mail.from_email
    assert mail.from_email.endswith("<courant@localhost>")
