"""Where mail and pages say that one can answer, and at which address."""

import re
from email import message_from_bytes, policy

import pytest
from django.test import Client

from comments import moderating
from comments.models import Comment, Discussion, State
from mailing.delivery.batching import SERVICES, most_at_once
from mailing.delivery.sending import person
from mailing.letter.letters import letter_for
from mailing.letter.messages import Plate
from mailing.models import Delivery, Dispatch
from tests.comments import talk
from tests.comments.letters import delivered
from tests.correspondence.post import address_of

pytestmark = pytest.mark.django_db
OWN = re.compile(r"answers\+([su])\w+-([iac])\w+-\w+-[0-9a-f]{20}@example\.org")


def copy_for(sumi, issue, correction=None):
    dispatch = Dispatch(issue=issue, correction=correction)
    delivery = Delivery(dispatch=dispatch, subscriber=sumi, message_id="<1@courant.example>")
    delivery.email = sumi.email
    return Plate(letter_for(dispatch)), person(delivery, dispatch)


def test_each_copy_of_an_issue_is_answered_at_an_address_of_its_own(march, sumi):
    plate, who = copy_for(sumi, march)
    message = message_from_bytes(plate.message(who), policy=policy.default)
    (answers,) = message["Reply-To"].addresses
    assert answers.display_name == "Low Tide"
    assert OWN.fullmatch(answers.addr_spec).groups() == ("s", "i")
    assert plate.for_backend(who).reply_to == [f"Low Tide <{answers.addr_spec}>"]
    assert all(len(line) < 998 for line in plate.message(who).splitlines())
    for part in message.iter_parts():
        assert "Just answer this mail: what you write joins the conversation" in " ".join(part.get_content().split())


def test_a_name_in_any_script_stands_before_it(march, sumi):
    march.newsletter.title = "退潮，" * 20
    march.newsletter.save()
    plate, who = copy_for(sumi, march)
    message = message_from_bytes(plate.message(who), policy=policy.default)
    assert OWN.fullmatch(message["Reply-To"].addresses[0].addr_spec)
    assert message["Reply-To"].addresses[0].display_name.replace(" ", "") == "退潮，" * 20


@pytest.mark.parametrize("change", ["off", "no address"])
def test_where_it_is_off_nothing_is_said_and_the_newsletters_own_address_stands(march, sumi, settings, change):
    march.newsletter.reply_to = "tips@example.org"
    if change == "off":
        march.newsletter.answers = "off"
    else:
        settings.REPLY_ADDRESS = ""
    march.newsletter.save()
    plate, who = copy_for(sumi, march)
    message = message_from_bytes(plate.message(who), policy=policy.default)
    assert message["Reply-To"] == "tips@example.org"
    assert "answer this mail" not in plate.letter.text + plate.letter.html


def test_a_service_that_knows_no_address_for_each_is_called_one_by_one(march, sumi):
    class Known:
        def __init__(self, name):
            self.service_name = name

    plate, _who = copy_for(sumi, march)
    assert {name: most_at_once(Known(name), plate) for name in SERVICES} == {"Mailgun": 1000, "Mailjet": 1}


def test_a_notice_is_answered_at_the_comment_and_says_so(march, rita, otto):
    discussion = Discussion.objects.create(issue=march)
    answer = talk.say(discussion, talk.trusted(otto), "That mud.", talk.say(discussion, rita, "Which mud?"))
    (message,) = delivered()
    assert message.reply_to == [f"Low Tide <{address_of(rita, answer)}>"]
    assert "You can also just answer this mail: what you write stands there" in message.body


def test_what_is_only_told_has_no_such_address(march, rita, milo):
    discussion = Discussion.objects.create(issue=march, mode="held")
    talk.say(discussion, rita)
    moderating.transition([Comment.objects.get().pk], State.APPROVED, milo)
    (message,) = delivered()
    assert (message.reply_to, "answer this mail" in message.body) == ([], False)


@pytest.mark.parametrize(
    ("answers", "words"), [("discussion", "Answer by mail"), ("desk", "Write to the editors by mail")]
)
def test_a_page_shows_who_has_signed_in_their_own_address_and_nobody_else(march, rita, client, answers, words):
    march.newsletter.answers = answers
    march.newsletter.save()
    reader = Client()
    reader.force_login(rita)
    page = reader.get("/low-tide/march/mud/").content.decode()
    assert OWN.search(page).groups() == ("u", "a")
    assert words in page
    assert not OWN.search(client.get("/low-tide/march/mud/").content.decode())


def test_a_closed_discussion_offers_none(march, rita):
    Discussion.objects.create(article=march.articles.get(slug="mud"), mode="closed")
    reader = Client()
    reader.force_login(rita)
    assert not OWN.search(reader.get("/low-tide/march/mud/").content.decode())
