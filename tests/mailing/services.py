"""Mail services on a port of this machine: they read calls, fill in what is each person's, and answer as real ones.

How a call ends is in the addresses: whoever is called *invalid* is refused. `fate` is what becomes of every call: a
status of HTTP, or "drop" for a connection that breaks once the call was read.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple
from urllib.parse import parse_qs


class Mail(NamedTuple):
    """What one person gets."""

    to: list[str]
    headers: dict[str, str]
    parts: list[str]
    metadata: dict[str, str]

    def __str__(self) -> str:
        return repr(self[:3])


class Service:
    """`calls` has the mails of each call that was accepted."""

    url = ""

    def __init__(self) -> None:
        self.calls: list[list[Mail]] = []
        self.tries = 0
        self.fate: int | str = 200

    @property
    def mails(self) -> dict[str, Mail]:
        return {mail.to[0]: mail for call in self.calls for mail in call}

    def take(self, body: bytes) -> tuple[int, object]:
        raise NotImplementedError


class Mailgun(Service):
    """https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending"""

    url = "anymail://mailgun?api_key=key&api_url=http://127.0.0.1:{port}/v3"
    reads = "%recipient.name%"

    def take(self, body: bytes) -> tuple[int, object]:
        form = parse_qs(body.decode())
        people = json.loads(form.get("recipient-variables", ["null"])[0])
        if any("invalid" in address for address in form["to"]):
            return 400, {"message": "'to' parameter is not a valid address. please check documentation"}
        if people is None:
            mails = [self.mail(form["to"], form, {})]
        else:
            mails = [self.mail([address], form, people[address]) for address in form["to"]]
        self.calls.append(mails)
        return 200, {"id": f"<call-{len(self.calls)}@mailgun.example>", "message": "Queued. Thank you."}

    def mail(self, to: list[str], form: dict[str, list[str]], values: dict[str, str]) -> Mail:
        def filled(name: str) -> str:
            return re.sub(r"%recipient\.([^%]+)%", lambda found: values.get(found[1], found[0]), form[name][0])

        headers = {name[2:]: filled(name) for name in form if name.startswith("h:")}
        metadata = {name[2:]: filled(name) for name in form if name.startswith("v:")}
        return Mail(to, headers, [filled("text"), filled("html")], metadata)


class Mailjet(Service):
    """https://dev.mailjet.com/email/guides/send-api-v31/"""

    url = "anymail://mailjet?api_key=key&secret_key=secret&api_url=http://127.0.0.1:{port}/v3.1"
    reads = "[[var:name]]"

    def take(self, body: bytes) -> tuple[int, object]:
        call = json.loads(body)
        messages = [call["Globals"] | message for message in call["Messages"]]
        if len(messages) > 50:
            return 400, {"ErrorCode": "mj-0024", "ErrorMessage": "Too many messages."}
        results = [self.result(message) for message in messages]
        accepted = [message for message in messages if self.result(message)["Status"] == "success"]
        self.calls.append([self.mail(message) for message in accepted])
        return 200 if len(accepted) == len(messages) else 400, {"Messages": results}

    def result(self, message: dict) -> dict:
        forbidden = {"message-id", "list-id", "date"} & {name.lower() for name in message["Headers"]}
        if forbidden or "invalid" in message["To"][0]["Email"]:
            return {"Status": "error", "Errors": [{"ErrorCode": "send-0011", "StatusCode": 400}]}
        to = [{**person, "MessageID": f"id-of-{person['Email']}"} for person in message["To"]]
        return {"Status": "success", "To": to, "Cc": [], "Bcc": []}

    def mail(self, message: dict) -> Mail:
        def filled(text: str) -> str:
            values = message.get("Variables", {})
            return re.sub(r"\[\[var:(\w+)\]\]", lambda found: values.get(found[1], found[0]), text)

        to = [person["Email"] for person in message["To"]]
        parts = [filled(message["TextPart"]), filled(message["HTMLPart"])]
        return Mail(to, message["Headers"], parts, json.loads(message.get("EventPayload", "{}")))


class Postmark(Service):
    """One message a call: https://postmarkapp.com/developer/api/email-api"""

    url = "anymail://postmark?server_token=token&api_url=http://127.0.0.1:{port}/"

    def take(self, body: bytes) -> tuple[int, object]:
        call = json.loads(body)
        if "invalid" in call["To"]:
            said = (
                f"Found inactive addresses: {call['To']}. Inactive recipients are ones that have generated a bounce."
            )
            return 422, {"ErrorCode": 406, "Message": said}
        headers = {header["Name"]: header["Value"] for header in call["Headers"]}
        self.calls.append([Mail([call["To"]], headers, [call["TextBody"], call["HtmlBody"]], {})])
        return 200, {"ErrorCode": 0, "Message": "OK", "To": call["To"], "MessageID": f"id-of-{call['To']}"}


@contextmanager
def running(service: Service) -> Iterator[str]:
    """A service that can be called; yields what MAIL_URL says then."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.tries += 1
            if service.fate == "drop":
                self.close_connection = True
                return
            status, answer = service.take(body) if service.fate == 200 else (service.fate, {"message": "No."})
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield service.url.format(port=server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
