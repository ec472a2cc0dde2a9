"""A site filled to see what grows: the same each time, in one go or in several, and never beside real newsletters."""

import pytest
from django.core.management import CommandError, call_command

from comments import counting
from comments.models import Comment
from mailing.models import Consent, Subscriber, Subscription
from newsletter.models import Article, Newsletter

pytestmark = pytest.mark.django_db


def loaded(*percents):
    for percent in percents:
        call_command("load_scale", "--percent", str(percent))
    texts = [list(rows.values_list("body", flat=True)) for rows in (Article.objects.order_by("pk"), Comment.objects)]
    return texts, Subscription.objects.active().count(), Consent.objects.count()


def test_what_is_loaded_is_the_same_each_time_and_counted_as_the_site_counts(capsys):
    texts, active, consents = loaded(0.01, 0.03)
    assert ([len(each) for each in texts], active, consents) == ([3, 300], 294, 300)
    assert counting.drifted() == []
    assert capsys.readouterr().out.splitlines()[-1] == "subscribers: 300"
    Comment.objects.filter(parent__isnull=False).delete()
    Comment.objects.all().delete()
    Subscriber.objects.all().delete()
    Newsletter.objects.get().issues.all().delete()
    assert loaded(0.03)[0] == texts


def test_a_site_with_a_newsletter_is_left_alone_unless_forced(low_tide):
    with pytest.raises(CommandError, match="--force"):
        call_command("load_scale")
    call_command("load_scale", "--percent", "0.01", "--force")
    assert set(Newsletter.objects.values_list("slug", flat=True)) == {low_tide.slug, "scale"}
