"""What the tests of mail that arrives, or does not, begin with."""

import pytest

from newsletter.models import Newsletter


@pytest.fixture
def letter(low_tide, settings, tmp_path):
    """A newsletter of low.example, whose site reads a mailbox and is there."""
    (tmp_path / "box/new").mkdir(parents=True)
    (tmp_path / "box/cur").mkdir()
    settings.BOUNCE_ADDRESS, settings.BOUNCE_MAILBOX = "bounces@low.example", f"maildir://{tmp_path}/box"
    Newsletter.objects.filter(pk=low_tide.pk).update(sender_address="ada@low.example", reply_to="")
    low_tide.refresh_from_db()
    return low_tide
