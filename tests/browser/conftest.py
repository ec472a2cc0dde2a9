"""A real browser, a server, and a publication with something of everything.

Publication and server live for a module. Nothing outside the machine is reached: the browser knows no other host,
and what a page asks of one is remembered. Requests are not intercepted: where two frames ask for one picture at the
same moment, the browser's cache and an interception can wait for each other for ever.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from site_project.environment import mailer
from tests import mail_sink
from tests.browser import publication

#: In milliseconds: a busy machine proves nothing, and where all is well nothing waits so long.
PATIENCE = 30_000
ALONE = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"]
expect.set_options(timeout=PATIENCE)

DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "java_script_enabled": False}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker("browser")
            item.add_marker("enable_socket")
            if not os.environ.get("BROWSER"):
                item.add_marker(pytest.mark.skip(reason="set BROWSER=1 to run it"))


@pytest.fixture(scope="session")
def browser():
    # Playwright keeps an event loop in this thread; Django would refuse to use the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=ALONE)
        yield chromium
        chromium.close()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(scope="module")
def site(browser, django_db_setup, django_db_blocker):
    """The address of a server that shows `publication`."""
    with django_db_blocker.unblock():
        publication.publish()
        server = LiveServer("localhost")
        yield server.url
        wait_for_the_last_answers()
        server.stop()
        call_command("flush", verbosity=0, interactive=False)


def wait_for_the_last_answers() -> None:
    """Threads that still answer a window which has just closed use the database, until they notice."""
    end = time.monotonic() + 10
    while time.monotonic() < end and any("process_request_thread" in each.name for each in threading.enumerate()):
        time.sleep(0.01)


@dataclass
class Visit:
    """A browser window, with all that went wrong in it and all that it asked of other hosts."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a page; this fails where the page answers with another status."""
        response = self.page.goto(publication.address(path))
        assert response is not None
        assert response.status == status, path
        return self.page

    def sign_in(self, client: Client) -> None:
        """As who has signed in there."""
        session = client.cookies["session"].value
        self.context.add_cookies([{"name": "session", "value": session, "domain": "localhost", "path": "/"}])

    def watch(self, page: Page) -> None:
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def hear(self, message: ConsoleMessage) -> None:
        """A frame of a preview runs nothing, not even what the test itself brings into each page."""
        if message.type == "error" and not message.text.startswith("Blocked script execution"):
            self.complaints.append(message.text)

    def note(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in (None, "localhost"):
            self.foreign.append(request.url)


def windows(browser: Browser, address: str, opened: list[Visit]) -> Iterator[Callable[..., Visit]]:
    """Open a window as `browser.new_context` describes it, and keep it; addresses in it may begin with `/`."""

    def open_(**options: object) -> Visit:
        context = browser.new_context(base_url=address, **options)
        context.set_default_timeout(PATIENCE)
        visit = Visit(context, context.new_page())
        opened.append(visit)
        context.on("request", visit.note)
        visit.watch(visit.page)
        return visit

    yield open_
    for visit in opened:
        visit.context.close()


@pytest.fixture
def open_window(browser, site):
    """Windows on the publication."""
    yield from windows(browser, site, [])


@pytest.fixture(scope="module")
def client_of_rita(site, django_db_blocker) -> Client:
    with django_db_blocker.unblock():
        return signed_in(User.objects.get(email="rita@example.org"))


@pytest.fixture
def open_for_rita(open_window, client_of_rita):
    """Windows on the publication in which Rita has signed in."""

    def open_(**options: object) -> Visit:
        visit = open_window(**options)
        visit.sign_in(client_of_rita)
        return visit

    return open_


@pytest.fixture(scope="module")
def server(django_db_setup):
    """The address of a server on the database of the tests: made after it, so that they share it."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def open_on_server(browser, server):
    """Windows on what the test itself has put there; in none may anything be complained about, or asked of others."""
    opened: list[Visit] = []
    yield from windows(browser, server, opened)
    wait_for_the_last_answers()
    assert [(visit.complaints, visit.foreign) for visit in opened] == [([], [])] * len(opened)


@pytest.fixture
def sink(tmp_path, server, settings):
    """A mail server that takes what `server` sends, whose links lead back there."""
    settings.SITE_URL = server
    with mail_sink.listening(tmp_path) as sink:
        settings.MAILERS = {"default": mailer(sink.address)}
        yield sink


@pytest.fixture
def visit(open_window) -> Visit:
    return open_window()
