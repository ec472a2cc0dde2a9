"""`MAIL_URL` names a mail server, and mail reaches it; without one mail is written to a folder."""

import pytest
from django.core import mail
from django.test import override_settings

from site_project.environment import mailer
from tests import mail_sink


@pytest.mark.enable_socket
@mail_sink.needed
def test_mail_reaches_the_server(tmp_path):
    with mail_sink.listening(tmp_path) as sink, override_settings(MAILERS={"default": mailer(sink.address)}):
        mail.send_mail("潮信", "The sea keeps its appointments.", "ada@example.org", ["sumi@example.org"])
    (letter,) = sink.letters("sumi@example.org")
    assert letter["Subject"] == "潮信"
    assert "keeps its appointments" in letter.get_content()


def test_without_a_server_mail_is_written_to_a_folder(tmp_path):
    with override_settings(MAILERS={"default": mailer(tmp_path.as_uri())}):
        mail.send_mail("Hello", "Text", "ada@example.org", ["sumi@example.org"])
    (written,) = tmp_path.iterdir()
    assert "To: sumi@example.org" in written.read_text()


def test_credentials_switch_on_encryption():
    options = mailer("smtp://ada:p%40ss@mail.example.org:2525")["OPTIONS"]
    assert options["password"] == "p@ss"
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (2525, True, False)
    assert mailer("smtps://mail.example.org")["OPTIONS"]["port"] == 465
