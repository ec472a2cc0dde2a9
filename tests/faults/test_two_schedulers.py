"""Two workers that do all that comes back at the same moments do each thing once."""

import os
import re
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.mailing.test_lost_corrections import ROOT, empty_database

#: Mail for all, a reply that its reader is told of, and a queue that moderators are told of.
BEGIN = """
import django
django.setup()
from datetime import timedelta
from unittest.mock import patch
from django.core.management import call_command
from django.utils import timezone
from core.mail import outbox
from core.models import OutgoingMail
call_command("migrate", verbosity=0)
with patch.object(outbox, "wake"):
    call_command("demo")
    for number in range(30):
        outbox.put(f"reader-{number}@example.org", "Code", "123", kind=OutgoingMail.Kind.CODE)
"""
TICK = """
import sys, time
import django
django.setup()
from django.core.management import call_command
time.sleep(max(0, float(sys.argv[1]) - time.time()))
for _ in range(3):
    call_command("tick")
"""

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]  # two processes, each beginning at its leisure


def test_all_that_comes_back_is_done_once(tmp_path):
    with empty_database(tmp_path) as url:
        environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "site_project.settings"}
        environment |= {"DATA_DIR": str(tmp_path), "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}

        def begin(code, *arguments):
            command = [sys.executable, "-c", code, *arguments]
            return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603

        _, said = begin(BEGIN).communicate()
        assert "Traceback" not in said
        moment = str(time.time() + 20)
        for worker in [begin(TICK, moment) for _ in range(2)]:
            _, said = worker.communicate()
            assert (worker.returncode, "failed" in said, "Traceback" in said) == (0, False, False), said
    sent = "\n".join(path.read_text() for path in (tmp_path / "mail").iterdir())
    ids = Counter(re.findall(r"^Message-ID: (.+)$", sent, re.MULTILINE))
    assert len(ids) >= 30
    assert set(ids.values()) == {1}
    readers = Counter(re.findall(r"^To: (reader-\d+@.+)$", sent, re.MULTILINE))
    assert len(readers) == 30
    assert set(readers.values()) == {1}
