"""`MAIL_URL` names a mail server, and mail reaches it; without one mail is written to a folder."""

import smtplib
import socket
import ssl
import subprocess

import pytest
from aiosmtpd.controller import Controller
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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """One that nobody vouches for, and its key."""
    place = tmp_path_factory.mktemp("tls")
    files = ["-keyout", str(place / "key"), "-out", str(place / "certificate")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sink", *files]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "certificate", place / "key")
    return context


class Greeted:
    """Notes how it was greeted, and whether in private."""

    def __init__(self):
        self.said = []

    async def handle_EHLO(self, server, session, envelope, name, responses):  # noqa: N802
        self.said.append((name, session.ssl is not None))
        session.host_name = name
        return responses

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.said.append(("DATA", session.ssl is not None))
        return "250 OK"


def greeting(url, tls_context=None):
    """How a mail server that may offer TLS meets us: a list of names, and whether what followed was encrypted."""
    handler = Greeted()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, tls_context=tls_context)
    controller.start()
    try:
        with override_settings(MAILERS={"default": mailer(url.format(port=port))}):
            mail.send_mail("Hello", "Text", "ada@example.org", ["sumi@example.org"])
    finally:
        controller.stop()
    return handler.said


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://courant.example", "courant.example"),
        ("https://xn--bcher-kva.example:8443", "xn--bcher-kva.example"),
        ("http://192.0.2.7", "[192.0.2.7]"),
        ("http://[2001:db8::7]:8000", "[IPv6:2001:db8::7]"),
    ],
)
def test_mail_servers_are_greeted_in_the_name_of_the_site(settings, url, name):
    settings.SITE_URL = url
    assert greeting("smtp://127.0.0.1:{port}") == [(name, False), ("DATA", False)]
    assert greeting("smtp://127.0.0.1:{port}?helo=mail.example.org")[0] == ("mail.example.org", False)


@pytest.mark.enable_socket
def test_encryption_is_taken_where_it_is_offered_and_can_be_declined(certificate):
    assert greeting("smtp://127.0.0.1:{port}", certificate)[-1] == ("DATA", True)
    assert greeting("smtp://127.0.0.1:{port}?tls=offered")[-1] == ("DATA", False)
    assert greeting("smtp://127.0.0.1:{port}?tls=never", certificate)[-1] == ("DATA", False)


@pytest.mark.enable_socket
def test_required_encryption_is_never_gone_without(certificate):
    with pytest.raises(smtplib.SMTPNotSupportedError):
        greeting("smtp://127.0.0.1:{port}?tls=required")
    with pytest.raises(ssl.SSLCertVerificationError):
        greeting("smtp://127.0.0.1:{port}?tls=required", certificate)


@pytest.mark.parametrize(
    ("url", "use_tls", "use_ssl", "accept_tls"),
    [
        ("smtp://h", False, False, True),
        ("smtp://ada:x@h", True, False, False),
        ("smtp://ada:x@h?tls=never", False, False, False),
        ("smtp://ada:x@h?tls=offered", False, False, True),
        ("smtp://h?tls=required&helo=a.example", True, False, False),
        ("smtps://h", False, True, False),
        ("smtps://ada:x@h?tls=required", False, True, False),
    ],
)
def test_what_encryption_an_address_asks_for(url, use_tls, use_ssl, accept_tls):
    options = mailer(url)["OPTIONS"]
    assert (options["use_tls"], options["use_ssl"], options["accept_tls"]) == (use_tls, use_ssl, accept_tls)


def test_an_international_mail_server_is_looked_up_by_its_other_name():
    assert mailer("smtp://post.bücher.example")["OPTIONS"]["host"] == "post.xn--bcher-kva.example"


def test_credentials_switch_on_encryption():
    options = mailer("smtp://ada:p%40ss@mail.example.org:2525")["OPTIONS"]
    assert options["password"] == "p@ss"
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (2525, True, False)
    assert mailer("smtps://mail.example.org")["OPTIONS"]["port"] == 465
