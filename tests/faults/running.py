"""A site that runs as an operator runs it, in processes of its own, and a browser that talks to it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import dj_database_url
import html5lib
from django.db.utils import ConnectionHandler
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.core.test_serve import below, command_of, free_port
from tests.faults.test_killed_senders import ROOT, shared_database

#: Far more than anything here takes.
PATIENCE = 120


def wait_until(is_so, pause=0.05):
    """Its answer, once it is no more nothing."""
    end = time.monotonic() + PATIENCE
    while not (answer := is_so()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(pause)
    return answer


@dataclass
class Answer:
    status: int
    headers: Any
    content: bytes

    @property
    def text(self):
        return self.content.decode()


@dataclass
class Browser:
    """Keeps cookies, and sends a form as the page shows it."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method, path, body=None, kind="", **headers):
        """Raises OSError or HTTPException where nobody answers."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            headers = {name: value for name, value in headers.items() if value}
            if body is not None:
                headers |= {"Content-Type": kind, "Origin": f"http://localhost:{self.port}"}
            connection.request(method, path, body, {"Host": f"localhost:{self.port}", **headers})
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, answer.headers, answer.read())

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, data):
        if any(hasattr(value, "read") for value in data.values()):
            for value in data.values():
                if hasattr(value, "read"):
                    value.seek(0)
            return self.ask("POST", path, encode_multipart(BOUNDARY, data), MULTIPART_CONTENT)
        return self.ask("POST", path, urlencode(data, doseq=True), "application/x-www-form-urlencoded")

    def form(self, path, **changed):
        """What the last form of a page sends, with these fields changed."""
        page = self.get(path)
        assert page.status == 200, (page.status, page.text[:2000])
        return filled(page.content) | changed


def filled(content):
    root = html5lib.parse(content, transport_encoding="utf-8", namespaceHTMLElements=False)
    forms = [each for each in root.iter("form") if each.get("method") == "post"]
    return max((fields(form, root) for form in forms), key=len)


def fields(form, root):
    """What a browser sends of a form, with what stands elsewhere on the page and says that it belongs to it."""
    sent, name_of_form = {}, form.get("id") or "none"
    elsewhere = [each for each in root.iter() if each.get("form") == name_of_form]
    for each in [*form.iter(), *elsewhere]:
        name, kind = each.get("name"), each.get("type", "")
        if not name or kind in {"submit", "file", "button"}:
            continue
        if each.tag == "select":
            options = [*each.iter("option")]
            chosen = [option for option in options if option.get("selected") is not None]
            first = [] if each.get("multiple") is not None else options[:1]
            sent[name] = [option.get("value", "") for option in chosen or first]
        elif each.tag == "textarea":
            sent[name] = "".join(each.itertext()).removeprefix("\n")
        elif each.tag == "input" and (kind not in {"checkbox", "radio"} or each.get("checked") is not None):
            sent[name] = each.get("value", "on" if kind == "checkbox" else "")
    return sent


@dataclass
class Site:
    port: int
    process: subprocess.Popen
    log: Path
    database: str

    def browser(self, person=None):
        """Of somebody who has signed in already, if anybody is named."""
        if person is None:
            return Browser(self.port)
        return Browser(self.port, {"session": session_of(person)})

    def said(self):
        return self.log.read_text()

    def web_process(self):
        """Who answers."""
        return next((each for each in below(self.process.pid) if is_web(each)), None)

    def kill_web(self):
        """As the kernel does when memory runs out; another takes its place."""
        os.kill(wait_until(self.web_process), signal.SIGKILL)

    def worker(self):
        return next((each for each in below(self.process.pid) if " work" in command_of(each)), None)


def is_web(process):
    return "core.worker.web" in command_of(process)


def session_of(person):
    client = Client()
    client.force_login(person)
    return client.cookies["session"].value


def environment(folder, database, **variables):
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "SECRET_KEY": "only for tests",
        "WEB_WORKERS": "1",
        "BACKUP_HOURS": "0",
        **variables,
    }


@contextmanager
def serving(folder, database="", command=("manage.py", "serve"), **variables):
    """`manage.py serve`, once it answers, on what the test has stored."""
    database = database or shared_database(folder)
    port, log = free_port(), folder / "log"
    with log.open("a") as file:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(folder, database, **{"PORT": str(port), **variables}),
            stdout=file,
            stderr=file,
        )
    site = Site(port, process, log, database)
    try:
        wait_until(lambda: answers(site))
        yield site
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answers(site):
    assert site.process.poll() is None, site.said()
    try:
        return Browser(site.port).get("/up/").status == 200
    except (OSError, HTTPException):
        return False


def stored(site, sql):
    """What is in the database of a site."""
    other = ConnectionHandler({"default": dj_database_url.parse(site.database)}).create_connection("default")
    try:
        with other.cursor() as cursor:
            return cursor.execute(sql).fetchall()
    finally:
        other.close()
