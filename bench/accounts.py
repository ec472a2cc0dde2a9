"""Signing in: whether the time of the answer tells if an address is known."""

import time
from functools import partial
from itertools import count
from statistics import median

from django.test import Client

from accounts.models import User
from bench import seconds, sized

ROUNDS = sized(100, small=3)


def figures() -> dict[str, float]:
    known = [f"known{number}@example.org" for number in range(ROUNDS)]
    for address in known:
        User.objects.create_user(address, display_name="Known", is_confirmed=True)
    unknown = [f"unknown{number}@example.org" for number in range(ROUNDS)]
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    client, networks = Client(headers={"host": "localhost"}), count(1)
    ask_for_a_code(client, "first@example.org", next(networks))
    for pair in zip(known, unknown, strict=True):
        for name, address in zip(times, pair, strict=True):
            ask = partial(ask_for_a_code, client, address, next(networks))
            times[name].append(seconds(ask, clock=time.perf_counter))
    medians = {name: median(measured) * 1000 for name, measured in times.items()}
    return {
        "code_for_known_address_ms": medians["known"],
        "code_for_unknown_address_ms": medians["unknown"],
        "code_unknown_over_known": medians["unknown"] / medians["known"],
    }


def ask_for_a_code(client: Client, address: str, network: int) -> None:
    """As somebody new, from a network of its own, so that no limit is met."""
    client.cookies.clear()
    host = f"10.{network // 250}.{network % 250}.1"
    response = client.post("/account/sign-in/", {"email": address}, REMOTE_ADDR=host)
    assert response.status_code == 302, response.status_code
