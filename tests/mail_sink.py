"""A real mail server that keeps what it is given: Postfix's smtp-sink (see `make services`)."""

import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

PROGRAM = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")
needed = pytest.mark.skipif(not PROGRAM, reason="needs Postfix's smtp-sink (see `make services`)")


@dataclass(frozen=True)
class Sink:
    """Listens at `address`, and writes each mail to a file of `folder`."""

    address: str
    folder: Path

    def letters(self, to: str) -> list[EmailMessage]:
        """What has come for somebody, oldest first."""
        files = sorted(self.folder.glob("mail.*"), key=lambda file: file.stat().st_mtime_ns)
        read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [letter for letter in read if letter["To"] == to]

    def code(self, to: str) -> str:
        """The code that somebody was sent last."""
        found = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", self.letters(to)[-1]["Subject"])
        assert found
        return found[0]


@contextmanager
def listening(folder: Path) -> Iterator[Sink]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    assert PROGRAM
    command = [PROGRAM, "-u", getpass.getuser(), "-d", f"{folder}/mail.", f"127.0.0.1:{port}", "10"]
    with subprocess.Popen(command) as process:  # noqa: S603
        try:
            wait_for(port)
            yield Sink(f"smtp://127.0.0.1:{port}", folder)
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
