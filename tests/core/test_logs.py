"""What the log says: for people or for programs, once, of which request, and nothing that lets its readers in."""

import json
import logging
import sys
from io import StringIO
from threading import Thread

import pytest
from django.urls import get_resolver

from core import logs, masking
from core.patience import Counter

TOKEN = "q3Zt-9vXk_w7LmN0pRsA4g"


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    return now


def handler_for(form="text", stream=None):
    """As LOGGING has it, writing to a string instead."""
    logs.request_id.set("")
    handler = logs.Handler(masking.mask)
    handler.setFormatter(logs.Line(form, masking.mask))
    handler.setStream(stream or StringIO())
    return handler


@pytest.fixture
def handler(clock):
    handler = handler_for()
    yield handler
    if handler.timer:
        handler.timer.cancel()


def record(message, *args, error=None, level=logging.WARNING, line=7, **extra):
    made = logging.LogRecord(
        "some.place", level, "place.py", line, message, args, error and (type(error), error, error.__traceback__)
    )
    vars(made).update(extra)
    return made


def lines(handler):
    said = handler.stream.getvalue().splitlines()
    handler.stream.seek(0)
    handler.stream.truncate()
    return said


def broken(number=0):
    try:
        raise LookupError(f"no page {number}")
    except LookupError as error:
        return error


def broken_elsewhere():
    try:
        return broken_here()
    except LookupError as error:
        return error


def broken_here():
    raise LookupError("no page 0")


def test_a_line_is_said_once_and_then_counted_each_minute_until_it_ends(handler, clock):
    for _ in range(300):
        handler.handle(record("It rains."))
    assert len(lines(handler)) == 1
    handler.tell()
    assert [line.partition(" some.place ")[2] for line in lines(handler)] == [
        "299 more like this in the last minute: It rains."
    ]
    clock[0] += 61
    handler.handle(record("It rains."))
    assert lines(handler)[0].endswith(" It rains.")
    handler.tell()
    assert lines(handler) == []


def test_while_it_goes_on_it_is_not_said_whole_again(handler, clock):
    handler.handle(record("It rains."))
    lines(handler)
    for _minute in range(3):
        for _ in range(5):
            handler.handle(record("It rains."))
            clock[0] += 12
        handler.tell()
        (line,) = lines(handler)
        assert line.endswith(" 5 more like this in the last minute: It rains.")


def test_a_traceback_is_said_once_whoever_meets_it(handler):
    for number in range(3):
        handler.handle(record("Page %s failed.", number, error=broken(number)))
    assert [line for line in lines(handler) if line.startswith("LookupError")] == ["LookupError: no page 0"]
    handler.tell()
    assert "2 more like this in the last minute: Page 0 failed. (LookupError: no page 0)" in lines(handler)[0]


def test_the_same_error_met_by_several_loops_is_one(handler):
    def meet():
        broken_here()

    for way in (meet, broken_here):
        try:
            way()
        except LookupError as error:
            handler.handle(record(f"{way} failed.", error=error, line=id(way)))
    assert len([line for line in lines(handler) if line.startswith("Traceback")]) == 1


def test_other_errors_and_other_lines_are_said(handler):
    handler.handle(record("One."))
    handler.handle(record("Two."))
    handler.handle(record("Failed.", error=broken(), line=8))
    handler.handle(record("Failed.", error=ValueError("odd"), line=8))
    said = "\n".join(lines(handler))
    assert [word for word in ("One.", "Two.", "no page 0", "ValueError: odd") if word not in said] == []


def test_a_flood_of_different_lines_from_one_place_ends(handler):
    for number in range(1000):
        handler.handle(record("Not Found: %s", f"/{number}/"))
        handler.handle(record(f"No host {number}", line=8))
    assert len(lines(handler)) == 40
    handler.tell()
    assert len(lines(handler)) == 2


def test_an_error_of_a_place_is_heard_in_a_flood_of_warnings_there(handler):
    for number in range(1000):
        handler.handle(record("Not Found: %s", f"/{number}/"))
    lines(handler)
    handler.handle(record("Internal Server Error: %s", "/", level=logging.ERROR, error=broken()))
    assert "LookupError: no page 0" in lines(handler)


def test_what_is_remembered_is_bounded(handler):
    for number in range(5000):
        handler.handle(record("It rains.", line=number))
    assert len(handler.told) <= logs.MOST_KEPT


def test_the_count_is_said_when_the_process_ends(handler):
    handler.handle(record("It rains."))
    handler.handle(record("It rains."))
    stream = handler.stream
    handler.close()
    assert "1 more like this" in stream.getvalue()


def test_a_line_is_text_at_a_terminal_and_json_elsewhere_or_as_it_was_said(monkeypatch):
    def is_json(form, terminal):
        monkeypatch.setattr(sys, "stderr", Terminal() if terminal else StringIO())
        return logs.Line(form, str).format(record("It rains.")).startswith("{")

    assert [is_json("", True), is_json("", False), is_json("json", True), is_json("text", False)] == [
        False,
        True,
        True,
        False,
    ]


def test_json_says_when_where_how_bad_and_what_else_is_known():
    handler = handler_for("json")
    handler.handle(record("Page %s failed:\n潮", 3, error=broken(), status=500, thing=object(), request=object()))
    (line,) = lines(handler)
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"], said["status"]) == (
        "WARNING",
        "some.place",
        "Page 3 failed:\n潮",
        500,
    )
    assert said["time"].endswith("+00:00")
    assert said["traceback"].endswith("LookupError: no page 0")
    assert not {"thing", "request"} & set(said)


def test_nobody_writes_lines_of_their_own_into_the_log(handler):
    handler.handle(record("Not answered: %s", "x\n2026-11-30 CRITICAL forged\x1b[31m\u2028"))
    (line,) = lines(handler)
    assert line.endswith("x\\n2026-11-30 CRITICAL forged\\x1b[31m\\u2028")


def test_each_answer_names_its_request_and_so_does_each_line(client, published, handler):
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        answer = client.get("/nowhere/")
    finally:
        root.removeHandler(handler)
    assert len(answer["X-Request-ID"]) == 16
    assert f"({answer['X-Request-ID']})" in lines(handler)[0]
    assert client.get("/low-tide/")["X-Request-ID"] not in {
        answer["X-Request-ID"],
        client.get("/low-tide/")["X-Request-ID"],
    }


@pytest.mark.parametrize("sent", ["of-the-proxy-1", "0af7651916cd43dd8448eb211c80319c"])
def test_a_name_is_taken_from_a_trusted_proxy_alone(client, db, settings, sent):
    settings.TRUSTED_PROXIES = 0
    assert client.get("/up/", headers={"x-request-id": sent})["X-Request-ID"] != sent
    settings.TRUSTED_PROXIES = 1
    assert client.get("/up/", headers={"x-request-id": sent})["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "short", "x" * 101, "with space", "line\nbreak", "<script>", "潮潮潮潮潮潮潮潮"])
def test_a_name_that_is_none_is_not_taken(sent):
    assert logs.id_of(sent) != sent


def test_threads_go_on_under_the_name_of_the_request():
    logs.request_id.set("of-this-request")
    seen = []
    thread = Thread(target=logs.carried(lambda: seen.append(logs.request_id.get())))
    thread.start()
    thread.join()
    assert seen == [Counter().serve(logs.request_id.get)] == ["of-this-request"]


def routes(patterns, start=""):
    for each in patterns:
        route = f"{start}{each.pattern}"
        if hasattr(each, "url_patterns"):
            yield from routes(each.url_patterns, route)
        else:
            yield route


ROUTES = sorted(set(routes(get_resolver().url_patterns)))
#: What stands in addresses and lets nobody in. Whoever adds a kind or a name here has thought of that.
SHOWN = {
    *("int:number", "int:pk", "int:revision", "int:session_id", "feed:file", "year:year"),
    *(
        "slug:name",
        "slug:section",
        "slug:service",
        "slug:slug",
        "path:name",
        "path:object_id",
        "path:content_type_id",
        "str:colour",
        "str:id",
    ),
    *(f"uslug:{name}" for name in ("article", "contributor", "issue", "newsletter", "tag", "event", "poll")),
    *("str:app_label", "str:url", "str:kind", "str:name"),  # of the admin and of static files: regular expressions
}


def parameters(route):
    return {f"{kind or 'str'}:{name}" for kind, name in masking.PARAMETER.findall(route)}


def test_every_parameter_of_every_address_is_known_to_be_harmless_or_masked():
    found = set().union(*map(parameters, ROUTES))
    secret = found - SHOWN
    assert secret == {"str:ticket", "str:token"}
    assert found >= SHOWN
    for route in ROUTES:
        path = "/" + masking.PARAMETER.sub(
            lambda each: TOKEN if f"{each[1] or 'str'}:{each[2]}" in secret else "7", route
        )
        assert TOKEN not in masking.mask(f"GET {path} was answered"), route


@pytest.mark.parametrize(
    "text",
    [
        f"Not Found: /unsubscribe/{TOKEN}",
        f"Not Found: //unsubscribe/{TOKEN}/extra",
        f"Not Found: /UNSUBSCRIBE/{TOKEN}/",
        f"https://courant.example/subscription/{TOKEN}/move/?to=x",
        f"/account/sign-in/?code={TOKEN}&next=/",
        f"/search/?q={TOKEN}",
        f"/x/?next=%2Funsubscribe%2F{TOKEN}%2F",
        f"https://s3.example/bucket/x.webp?X-Amz-Signature={TOKEN}&X-Amz-Date=20261130",
        f"https://s3.example/x?AWSAccessKeyId=me&Signature={TOKEN}",
        f"cannot reach smtp://ada:{TOKEN}@mail.example.org:587",
        f"redis://:{TOKEN}@cache:6379/0",
        f"{{'path': 'preview/x', 'url': '/preview/{TOKEN}/'}}",
    ],
)
def test_no_address_in_a_text_can_be_used(text):
    assert TOKEN not in masking.mask(text)


def test_other_texts_stay_as_they_are():
    text = "Not Found: /low-tide/march/ (20 = 4 * 5?) at https://courant.example/media/a/b.webp, ada@example.org: no"
    assert masking.mask(text) == text


def test_tracebacks_are_masked_too(handler):
    try:
        raise LookupError(f"nobody at /unsubscribe/{TOKEN}/")
    except LookupError as error:
        handler.handle(record("Failed.", error=error))
    handler.tell()
    assert TOKEN not in handler.stream.getvalue()
    assert "/unsubscribe/…" in handler.stream.getvalue()
