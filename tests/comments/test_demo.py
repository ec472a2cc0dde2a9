"""The conversations under the demo publication. That its pieces are there is seen where the demo is loaded whole."""

import pytest
import yaml

from comments import counting, demo
from comments.models import Badge, Comment, Rule, State
from newsletter.models import Article, Contribution, Contributor, Issue, Newsletter
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def pieces(db):
    """Empty pieces at the addresses that the conversations name, and the rule that a new site begins with."""
    Rule.objects.get_or_create(name="More than two links", defaults={"kind": Rule.Kind.LINKS, "most_links": 2})
    conversations = yaml.safe_load(demo.FILE.read_text(encoding="utf-8"))
    for facts in conversations["discussions"]:
        newsletter, _ = Newsletter.objects.get_or_create(slug=facts.get("newsletter", "low-water"))
        issue = Issue.objects.filter(slug=facts.get("issue")).first()
        if "issue" in facts and not issue:
            number = Issue.objects.next_number(newsletter)
            issue = Issue.objects.create(newsletter=newsletter, slug=facts["issue"], number=number, **PUBLIC)
        if "article" in facts:
            Article.objects.create(newsletter=newsletter, slug=facts["article"], issue=issue, **PUBLIC)
    keeper = cast.contributor("Peregrine Oakes")
    Contribution.objects.create(article=Article.objects.get(slug="the-keeper-of-pennel-quay"), contributor=keeper)


PUBLIC = {"status": "published", "published_at": cast.PUBLISHED_AT}


@pytest.mark.slow
def test_demo_readers_talk_under_issues_and_articles_and_something_waits_for_moderators(pieces):
    demo.load()
    comments = Comment.objects.all()
    assert comments.approved().filter(discussion__issue__isnull=False).exists()
    assert comments.approved().filter(discussion__article__isnull=False).count() > 10
    assert {badge for badge in comments.values_list("badge", flat=True) if badge} == set(Badge.values) - {""}
    assert comments.filter(state=State.PENDING).get().held_by == "More than two links"
    assert {each.held_by for each in comments.approved()} == {""}
    assert comments.filter(is_featured=True).exists()
    assert comments.filter(state=State.REMOVED, shown=True).exists()
    assert Contributor.objects.get().user.display_name == "Peregrine Oakes"
    assert counting.drifted() == []
