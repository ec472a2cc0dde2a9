"""`MAIL_URL` names a mail server, and mail reaches it; without one mail is written to a folder."""

import getpass
import shutil
import socket
import subprocess
import time

import pytest
from django.core import mail
from django.test import override_settings

from site_project.settings import mailer

SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")


@pytest.fixture
def sink(tmp_path):
    """Postfix's smtp-sink on a free port, writing each mail to a file."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [SINK, "-u", getpass.getuser(), "-d", f"{tmp_path}/mail.", f"127.0.0.1:{port}", "10"]
    with subprocess.Popen(command) as process:  # noqa: S603
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
        process.terminate()


@pytest.mark.enable_socket
@pytest.mark.skipif(not SINK, reason="needs Postfix's smtp-sink (see `make services`)")
def test_mail_reaches_the_server(sink, tmp_path):
    with override_settings(MAILERS={"default": mailer(f"smtp://127.0.0.1:{sink}")}):
        mail.send_mail("潮信", "The sea keeps its appointments.", "ada@example.org", ["sumi@example.org"])
    (written,) = [file for file in tmp_path.glob("mail.*") if "keeps its appointments" in file.read_text()]
    assert "sumi@example.org" in written.read_text()


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
