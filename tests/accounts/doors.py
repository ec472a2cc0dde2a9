"""How people in tests come in by the door that everybody uses."""

import re

from django.test import Client


def ask(client: Client, email: str = "rita@example.org", query: str = "", **extra: str):
    return client.post(f"/account/sign-in/{query}", {"email": email}, **extra)


def sent_code(mailoutbox) -> str:
    return re.findall(r"\b[A-Z]{4}-[A-Z]{4}\b", mailoutbox[-1].subject)[0]


def sign_in(client: Client, mailoutbox, email: str = "rita@example.org", query: str = ""):
    """Ask for a code and hand it in; returns the answer to the latter."""
    ask(client, email, query)
    return client.post(f"/account/code/{query}", {"code": sent_code(mailoutbox)})


def with_password(client: Client, password: str = "correct horse", *, email: str = "edda@example.org", **extra: str):  # noqa: S107
    return client.post("/account/sign-in/", {"email": email, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200
