"""What nobody needs any more goes, however much it is, without making anybody wait."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Hits
from core.worker import tidying

pytestmark = pytest.mark.django_db


def test_a_million_old_hits_would_go_a_thousand_at_a_time(monkeypatch):
    monkeypatch.setattr(tidying, "PIECE", 10)
    Hits.objects.bulk_create(Hits(digest=f"old {number}", number=1, ends_at=1) for number in range(25))
    Hits.objects.create(digest="new", number=1, ends_at=9_999_999_999)
    with CaptureQueriesContext(connection) as captured:
        tidying.forget_hits()
    assert Hits.objects.get().digest == "new"
    assert sum(query["sql"].startswith("DELETE") for query in captured) == 3
