"""What a load balancer asks, and what every answer carries."""

import pytest
from django.db import connection


def test_the_process_says_that_it_is_up_without_a_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/up/").status_code == 200


def test_a_migrated_site_is_ready(client, db):
    assert client.get("/ready/").status_code == 200


def test_a_site_with_waiting_migrations_is_not_ready(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'newsletter'")
    response = client.get("/ready/")
    assert response.status_code == 503
    assert b"migrations" in response.content


@pytest.mark.parametrize("path", ["/low-tide/", "/nowhere/at/all/", "/admin/login/"])
def test_every_answer_forbids_what_the_page_does_not_need(client, published, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
