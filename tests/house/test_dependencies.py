"""Other people's code: pinned, a week old, and compared with what is known of its flaws."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = ("requirements.txt", "requirements-dev.txt")


@pytest.mark.parametrize("name", PINS)
def test_every_package_is_pinned_with_its_hash(name):
    pins = re.split(r"^(?=\S)", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
    assert len(pins) > 50
    for pin in pins:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==\S+", pin), pin
        assert "--hash=sha256:" in pin


def test_nothing_is_taken_that_is_younger_than_a_week():
    compiled = re.findall(r"uv pip compile (.*)", (ROOT / "Makefile").read_text())
    assert len(compiled) == 2
    assert all('--exclude-newer "7 days"' in line for line in compiled)


@contextmanager
def service(answer):
    """Something that answers as osv.dev does: of one package in the list, what `answer` says."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = json.dumps({"results": [answer.get(each["package"]["name"], {}) for each in asked["queries"]]})
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told.encode())

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def compared(tmp_path, address, pins="django==6.1.3 \\\n    --hash=sha256:aa\nlxml==6.1.3\n", accepted=()):
    kept = {"as_of": "2026-11-01", "accepted": dict.fromkeys(accepted, "not used")}
    kept["advisories"] = {"django": {"CVE-1": [["5.2", "5.2.8"], ["6.0", ""]], "CVE-2": [["0", "4.2.1"]]}}
    (tmp_path / "kept.json").write_text(json.dumps(kept))
    (tmp_path / "pins.txt").write_text(pins)
    variables = os.environ | {"OSV_URL": address, "ADVISORIES": str(tmp_path / "kept.json")}
    command = [sys.executable, ".ci/advisories", str(tmp_path / "pins.txt")]
    run = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
    return run.returncode, run.stdout


@pytest.mark.enable_socket
def test_a_version_with_a_known_flaw_is_named(tmp_path):
    with service({"lxml": {"vulns": [{"id": "GHSA-1", "modified": "2026-11-29"}]}}) as address:
        code, said = compared(tmp_path, address)
        assert (code, "lxml 6.1.3 has a known flaw: https://osv.dev/GHSA-1" in said) == (1, True)
        assert compared(tmp_path, address, accepted=["GHSA-1"])[0] == 0
    with service({}) as address:
        assert compared(tmp_path, address) == (
            0,
            "Dependencies: 0 of 2 affected, by osv.dev, asked today about 2 packages.\n",
        )


NOBODY = "http://127.0.0.1:9"


def test_who_could_not_ask_says_so_and_looks_at_what_is_kept(tmp_path):
    code, said = compared(tmp_path, NOBODY)
    assert (code, "could not be asked" in said, "django 6.1.3 has a known flaw" in said) == (1, True, True)
    code, said = compared(tmp_path, NOBODY, pins="django==5.2.8\n")
    assert (code, "newer ones are unknown" in said, "2026-11-01" in said) == (0, True, True)
    assert compared(tmp_path, NOBODY, pins="django==5.2.7\n")[0] == 1
    assert compared(tmp_path, NOBODY, accepted=["CVE-1"])[0] == 0


def test_what_is_kept_says_nothing_against_what_is_pinned():
    variables = os.environ | {"OSV_URL": NOBODY}
    command = [sys.executable, ".ci/advisories", *PINS]
    subprocess.run(command, cwd=ROOT, env=variables, check=True, capture_output=True)  # noqa: S603
