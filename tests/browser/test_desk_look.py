"""Every kind of page of the desk, judged by axe in both schemes, wide and narrow; and nothing is cut."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from comments.models import Rule
from deliverability import tallying
from deliverability.models import DomainAlarm
from deliverability.sender.checking import ask, check
from newsletter.models import Article, Redirect
from tests import cast
from tests.browser.conftest import Visit
from tests.comments import talk
from tests.deliverability.copies import come_back, copies, sent
from tests.mailing import post
from tests.newsletter.filling import send
from tests.newsletter.previewing import preview_of
from tests.participation.tips import tip

pytestmark = pytest.mark.django_db(transaction=True)

NEWSLETTER = ["issue", "article", "picture", "contributor", "newsletter", "redirect", "link"]
COMMENTS = ["queue", "comment", "spam", "reader", "discussion", "rule", "moderationevent", "policy"]
MAILING = ["dispatch", "delivery", "subscriber", "subscription", "suppression"]
PATHS = [f"newsletter/{model}/" for model in NEWSLETTER] + [f"comments/{model}/" for model in COMMENTS]
PATHS += [f"mailing/{model}/" for model in MAILING]
PATHS += [
    "",
    "taggit/tag/",
    "taggit/tag/{tag}/change/",
    "newsletter/newsletter/{newsletter}/change/",
    "newsletter/redirect/{redirect}/change/",
    "newsletter/picture/add/",
    "newsletter/picture/{picture}/change/",
    "newsletter/picture/{picture}/replace/",
    "newsletter/contributor/{contributor}/change/",
    "newsletter/article/add/",
    "newsletter/article/{article}/change/",
    "newsletter/article/{article}/history/",
    "newsletter/article/{draft}/delete/",
    "newsletter/article/{article}/revisions/?revision={revision}",
    "newsletter/article/{article}/revisions/{revision}/restore/",
    "newsletter/article/{article}/working-copy/discard/",
    "newsletter/article/{article}/preview/",
    "newsletter/article/{draft}/change/",
    "newsletter/article/{draft}/publish/",
    "newsletter/article/several/?do=out&chosen={article}",
    "newsletter/article/dialect/",
    "newsletter/article/finder/",
    "newsletter/issue/add/",
    "newsletter/issue/begin/?newsletter={newsletter}",
    "newsletter/issue/compose/",
    "newsletter/issue/{issue}/change/",
    "newsletter/issue/{issue}/preview/",
    "newsletter/issue/{issue}/checks/",
    "newsletter/issue/{issue}/publish/",
    "newsletter/issue/{issue}/withdraw/",
    "newsletter/issue/{issue}/draft/",
    "comments/comment/{comment}/change/",
    "comments/reader/{rita}/change/",
    "comments/rule/{rule}/change/",
    "comments/policy/{policy}/change/",
    "comments/discussion/{discussion}/change/",
    "comments/discussion/bring-in/",
    "comments/discussion/brought-in/",
    "mailing/dispatch/{dispatch}/change/",
    "mailing/dispatch/{dispatch}/cancel/",
    "mailing/dispatch/test/{issue}/",
    "mailing/dispatch/correct/{issue}/",
    "deliverability/domaintally/",
    "deliverability/domaintally/?domain=gmail.com",
    "deliverability/domainalarm/",
    "deliverability/domainalarm/{alarm}/change/",
    "mailing/subscriber/{subscriber}/change/",
    "interchange/listimport/add/",
    "mailing/suppression/add/",
    "participation/tip/",
    "participation/tip/{tip}/change/",
    "participation/voice/",
    "participation/voice/of/{issue}/",
    "participation/question/",
    "readership/pageviews/",
    "readership/pageviews/issue/{issue}/",
    "newsletter/",
    "deliverability/sendercheck/",
    "deliverability/sendercheck/{newsletter}/mail/",
]
QUICK = {"preload": False, "iframes": False, "resultTypes": ["violations"]}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
VIOLATIONS = """options => axe.run(options).then(
  found => found.violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.html}`)))"""


@pytest.fixture
def things(published, desk, edda, rita):
    """The numbers of what pages are about, under its name, with something on most lists."""
    edda.groups.add(Group.objects.get(name="Moderators"))
    newsletter = published.newsletter
    article = published.articles.get(title="Mud")
    send(desk, f"/admin/newsletter/article/{article.pk}/change/", body="All about silt.")
    made = {
        "newsletter": newsletter,
        "issue": published,
        "article": article,
        "draft": cast.article(newsletter, cast.issue(newsletter, 2, status="draft"), title="Eels", status="draft"),
        "revision": article.revisions.latest("pk"),
        "tag": article.tags.first(),
        "picture": cast.picture("shore"),
        "contributor": article.contributors.first(),
        "redirect": Redirect.objects.create(old_path="/old/", new_path="/new/"),
        "comment": talk.held(talk.under(published), rita),
        "discussion": talk.under(published),
        "rita": rita,
        "rule": Rule.objects.create(name="Casinos", words="casino"),
        "policy": talk.policy(newsletter),
        "subscriber": post.subscribed(newsletter),
        "tip": tip(newsletter, link="https://shore.example.org/heron", user=rita),
        "dispatch": sent(published, subject="March by mail"),
    }
    come_back(copies(made["dispatch"], "gmail.com", 30)[:12], "policy")
    tallying.count(made["dispatch"])
    made["alarm"] = DomainAlarm.objects.get()
    ask(newsletter)
    check(newsletter.sender_check)
    return {name: thing.pk for name, thing in made.items()}


@pytest.fixture
def visit(open_on_server, desk) -> Visit:
    visit = open_on_server(bypass_csp=True, viewport={"width": 1280, "height": 900})
    visit.sign_in(desk)
    return visit


def flaws(page: Page) -> list[tuple]:
    """What axe finds on the page that is open, and how it is too wide."""
    found = []
    page.evaluate(Axe().axe_script)
    for width, scheme, options in ((1280, "light", {}), (820, "light", {}), (820, "dark", COLOURS)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found += [(width, scheme, each) for each in page.evaluate(VIOLATIONS, {**QUICK, **options})]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((width, scheme, "cut"))
    return found


def flaws_at(page: Page, path: str) -> list[tuple]:
    page.goto(f"/admin/{path}")
    return [(path, *each) for each in flaws(page)]


def test_axe_finds_nothing_on_any_page_of_the_desk_and_nothing_is_cut(visit, things):
    assert [each for path in PATHS for each in flaws_at(visit.page, path.format(**things))] == []


def test_axe_finds_nothing_on_pages_that_follow_a_form(visit, desk, things, low_tide):
    page = visit.page
    composed = preview_of(desk, low_tide).address
    found = flaws_at(page, composed.removeprefix("/admin/"))
    for action in ("reject", "spam_and_ban"):
        page.goto("/admin/comments/queue/")
        page.locator("tr .action-select").first.check()
        page.select_option("[name=action]", action)
        with page.expect_navigation():  # with its style sheets
            page.click("[name=index]")
        found += [(action, *each) for each in flaws(page)]
    page.goto("/admin/newsletter/article/{draft}/change/".format(**things))
    Article.objects.filter(pk=things["draft"]).update(body="Somebody else's eels.")
    page.fill("#id_body", "My eels.")
    with page.expect_navigation():
        page.click("[name=_save]")
    expect(page.locator(".clash")).to_be_visible()
    assert [*found, *(("clash", *each) for each in flaws(page))] == []
    assert len(visit.complaints) == 1  # browsers complain about the status of the page that asks: 409
    visit.complaints.clear()
