"""Whether the time of an answer tells if an address is known: each way in, by turns for both kinds, each time from a
network of its own, so that no limit is met. By the processor's time, as other programs do not count there, and by the
clock on the wall, as a stranger would."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median

from django.test import Client

from accounts.models import User
from bench import seconds, sized
from mailing.models import Subscriber
from newsletter.models import Article, Newsletter

ROUNDS, PASSWORDS = sized(60, small=2), sized(10, small=2)
CLOCKS = {"cpu": time.process_time, "wall": time.perf_counter}

WRONG = {"password": "not the one"}

type Way = Callable[[Client, str], Callable[[], object]]


def figures() -> dict[str, float]:
    ways: dict[str, tuple[Way, int]] = {
        "sign_in": (signing_in, ROUNDS),
        "wrong_code": (handing_in_a_code, ROUNDS),
        "comment": (introducing, ROUNDS),
        "subscribe": (subscribing, ROUNDS),
        "password": (trying_a_password, PASSWORDS),
    }
    return {
        f"{name}_slower_over_faster_{clock}": ratio
        for name, (way, rounds) in ways.items()
        for clock, ratio in compared(way, rounds, name)
    }


def compared(way: Way, rounds: int, name: str) -> Iterator[tuple[str, float]]:
    """Of known and unknown addresses what takes longer over what takes shorter: the medians, by each clock."""
    networks = count(1)
    taken: dict[tuple[str, bool], list[float]] = {(clock, known): [] for clock in CLOCKS for known in (True, False)}
    for number in range(rounds + 1):
        person = User.objects.create_user(address_of(name, number, known=True), display_name="Known")
        Subscriber.objects.create(email=person.email, user=person)
    for number in range(rounds + 1):
        for known in (True, False) if number % 2 else (False, True):
            address = address_of(name, number, known=known)
            network = next(networks)
            client = Client(headers={"host": "localhost"}, REMOTE_ADDR=f"10.{network // 250}.{network % 250}.1")
            step = way(client, address)
            for clock, spent in zip(CLOCKS, both_clocks(step), strict=True):
                taken[clock, known].append(spent)
    for clock in CLOCKS:
        # The first of each warms up.
        medians = [median(taken[clock, known][1:]) for known in (True, False)]
        yield clock, max(medians) / min(medians)


def address_of(way: str, number: int, *, known: bool) -> str:
    return f"{way}-{number}-{'old' if known else 'new'}@example.org"


def both_clocks(step: Callable[[], object]) -> tuple[float, float]:
    processor: list[float] = []
    wall = seconds(lambda: processor.append(seconds(step, CLOCKS["cpu"])), CLOCKS["wall"])
    return processor[0], wall


def post(client: Client, path: str, status: int, **fields: str) -> None:
    response = client.post(path, fields, headers={"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"})
    assert response.status_code == status, (path, response.status_code)


def signing_in(client: Client, address: str) -> Callable[[], object]:
    return lambda: post(client, "/account/sign-in/", 302, email=address)


def handing_in_a_code(client: Client, address: str) -> Callable[[], object]:
    post(client, "/account/sign-in/", 302, email=address)
    return lambda: post(client, "/account/code/", 200, code="ABCD-EFGH")


def introducing(client: Client, address: str) -> Callable[[], object]:
    article = Article.objects.published().with_addresses().exclude(discussion=None).first()
    assert article
    path = f"{article.get_absolute_url()}comments/"
    return lambda: post(client, path, 200, body="One two three.", email=address, name="Some Body")


def subscribing(client: Client, address: str) -> Callable[[], object]:
    newsletter = Newsletter.objects.first()
    assert newsletter
    return lambda: post(client, "/subscribe/", 200, email=address, newsletter=newsletter.slug)


def trying_a_password(client: Client, address: str) -> Callable[[], object]:
    return lambda: post(client, "/account/sign-in/", 200, email=address, **WRONG)
