"""A process that changes what a site shows, and looks at once whether everybody is shown it."""

import os
from http.client import HTTPConnection

from newsletter import publishing
from tests import cast
from tests.comments import talk

CHANGES = 25


def look():
    """What four readers get who come at once: each web process answers one of them, or more."""
    for _reader in range(4):
        connection = HTTPConnection("127.0.0.1", int(os.environ["PORT"]))
        connection.request("GET", "/articles/mud/", headers={"Accept-Encoding": "identity"})
        response = connection.getresponse()
        yield response.status, response.read().decode()
        connection.close()


def work():
    mud, rita = cast.article(cast.low_tide()), cast.person("Rita")
    discussion = talk.under(mud)
    for number in range(CHANGES):
        mud.title = f"Mud {number}"
        mud.save()
        assert all(mud.title in page for _status, page in look()), number
        talk.say(discussion, rita, f"Wave {number}!")
        assert all(f"Wave {number}!" in page for _status, page in look()), number
    publishing.withdraw(mud, rita)
    assert {status for status, _page in look()} == {410}
