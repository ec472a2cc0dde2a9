"""What Prometheus is told, by whichever process it asks."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from core.models import Heartbeat, OutgoingMail, Tally
from site_project import metrics

TOKEN = "a-token-for-tests"


@pytest.fixture(autouse=True)
def _token(settings):
    settings.METRICS_TOKEN = TOKEN
    metrics.counted.clear()
    metrics.stored.clear()


def figures(client):
    """By name and labels."""
    page = client.get("/metrics/", headers={"authorization": f"Bearer {TOKEN}"})
    assert page.status_code == 200
    families = text_string_to_metric_families(page.content.decode())
    return {(each.name, *sorted(each.labels.values())): each.value for family in families for each in family.samples}


def test_without_the_setting_there_is_nothing(client, db, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics/").status_code == 404
    assert client.get("/metrics/", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer 潮"])
def test_nobody_is_told_without_the_token(client, db, given):
    page = client.get("/metrics/", headers={"authorization": given})
    assert (page.status_code, page["WWW-Authenticate"], page.content) == (401, "Bearer", b"")


def test_answers_are_counted_by_view_and_status_with_how_long_they_took(client, published):
    for path in ["/low-tide/march/", "/low-tide/march/", "/nowhere/at/all/whatever/", "/subscribe/"]:
        client.get(path)
    found = figures(client)
    assert found["courant_request_seconds_count", "", "200", "newsletter:issue"] == 2
    assert found["courant_request_seconds_count", "", "404", "none"] == 1
    assert found["courant_request_seconds_bucket", "", "+Inf", "200", "newsletter:issue"] == 2
    assert 0 < found["courant_request_seconds_sum", "", "200", "newsletter:issue"] < 60


def test_several_processes_are_added_up(client, db):
    for _process in range(3):
        metrics.counted.clear()
        metrics.stored.clear()
        metrics.count("newsletter:issue", 200, "kept", 0.3)
        metrics.store()
        metrics.store()
    found = figures(client)
    assert found["courant_request_seconds_count", "200", "kept", "newsletter:issue"] == 3
    assert found["courant_request_seconds_bucket", "0.5", "200", "kept", "newsletter:issue"] == 3
    assert found["courant_request_seconds_bucket", "0.1", "200", "kept", "newsletter:issue"] == 0
    assert 0.9 <= found["courant_request_seconds_sum", "200", "kept", "newsletter:issue"] < 1


def test_what_cannot_be_stored_is_kept_for_the_next_time(db, monkeypatch):
    metrics.count("x", 200, "", 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(Tally, "ADD", "INSERT INTO nowhere VALUES (%s, %s)")
        metrics.store()
    metrics.store()
    assert Tally.objects.get(name="x 200  0.025").number == 1


def test_a_name_with_a_space_in_an_address_is_no_label(client, db):
    client.get("/no where/ 200 x/")
    assert figures(client)["courant_request_seconds_count", "", "404", "none"] == 1


def test_queues_are_known_by_their_length_and_their_age(client, db):
    old = timezone.now() - timedelta(minutes=10)
    OutgoingMail.objects.create(
        email="rita@example.org", kind="code", message_id="<1@x>", from_email="a@example.org", created_at=old,
        due_at=old, expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    found = figures(client)
    assert found["courant_queue_size", "outbox"] == 1
    assert 600 <= found["courant_queue_age_seconds", "outbox"] < 700
    assert found["courant_queue_size", "deliveries"] == found["courant_queue_size", "tasks"] == 0


def test_the_age_of_the_last_sign_of_life_is_known_and_none_without_one(client, db):
    assert ("courant_worker_heartbeat_age_seconds",) not in figures(client)
    Heartbeat.objects.create(worker="w", at=timezone.now() - timedelta(seconds=30))
    assert 30 <= figures(client)["courant_worker_heartbeat_age_seconds",] < 90
