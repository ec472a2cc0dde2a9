"""What a mail about a conversation says and how it is made: text, to one person, easy to end."""

import re

import pytest
from django.test import Client, override_settings

from comments import moderating, posting
from comments.models import Comment, State
from comments.notices import timing
from site_project.environment import mailer
from tests import mail_sink
from tests.comments import talk
from tests.comments.letters import delivered

pytestmark = pytest.mark.django_db

TRICKS = """Look [here](https://spam.example/x) ![pixel](https://spam.example/p.png)

--
To hear no more: https://spam.example/"""


@pytest.fixture
def reply(discussion, rita, otto):
    comment = talk.say(discussion, rita, "Such *mud*!")
    return talk.say(discussion, talk.trusted(otto), TRICKS, comment)


def test_a_mail_cites_the_comment_as_text_and_says_why_it_comes(reply):
    (message,) = delivered()
    assert message.message().get_content_type() == "text/plain"
    assert f"https://courant.example/comments/{reply.pk}/" in message.body
    assert "> Such mud!" in message.body
    assert "because somebody answered you" in message.body
    assert "https://courant.example/account/notifications/" in message.body
    assert "<" not in message.body


def test_a_long_comment_is_cited_to_its_limit_also_without_spaces(discussion, rita, otto):
    talk.say(discussion, talk.trusted(otto), "开头\n\n" + "泥" * 2000, talk.say(discussion, rita, "Mud"))
    (message,) = delivered()
    assert 900 < message.body.count("泥") < 1000


def test_nothing_that_readers_write_can_pass_for_our_words(reply):
    (message,) = delivered()
    strangers = [line for line in message.body.splitlines() if "spam.example" in line]
    assert strangers
    assert all(line.startswith("> ") for line in strangers)


def test_a_mail_tells_machines_what_it_is_and_how_to_end_it(discussion, reply):
    (message,) = delivered()
    text = message.message().as_bytes().decode()
    assert "\nAuto-Submitted: auto-generated\n" in text
    assert f"\nList-Id: <discussion-{discussion.pk}.courant.example>\n" in text
    assert "\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in text
    (header,) = [line for line in text.splitlines() if line.startswith("List-Unsubscribe:")]
    assert header.startswith("List-Unsubscribe: <https://courant.example/comments/mute/c")
    assert header.endswith("/>")
    assert header.removeprefix("List-Unsubscribe: <").removesuffix(">") in message.body


def test_line_breaks_in_names_and_titles_add_no_header(discussion, reply, rita):
    Comment.objects.filter(pk=reply.pk).update(name="Otto\r\nBcc: all@spam.example")
    type(discussion.place).objects.filter(pk=discussion.place.pk).update(title="Mud\r\nBcc: all@spam.example")
    (message,) = delivered()
    assert "\nBcc:" not in message.message().as_bytes().decode().partition("\n\n")[0]
    assert message.recipients() == ["rita@example.org"]


def test_a_refused_edit_is_told_with_its_reason(discussion, rita, milo):
    comment = talk.say(discussion, rita, "Such mud, one two three")
    posting.revise(comment, rita, "Buy lamps at https://spam.example/")
    moderating.decide_edits([comment.pk], milo, accept=False, reason="Advertising")
    (message,) = delivered()
    assert message.subject == "Your comment under “Mud” stays as it was"
    assert "The reason: Advertising" in message.body
    assert "> Such mud" in message.body


@pytest.mark.enable_socket
@mail_sink.needed
def test_the_button_of_a_mail_program_works_on_what_a_real_server_received(reply, tmp_path, rita):
    with mail_sink.listening(tmp_path) as sink, override_settings(MAILERS={"default": mailer(sink.address)}):
        timing.write_due()
    (written,) = [text for file in tmp_path.glob("mail.*") if "Auto-Submitted" in (text := file.read_text())]
    (header,) = re.findall(r"^List-Unsubscribe: <https://courant.example(\S+)>$", written, re.MULTILINE)
    answer = Client(enforce_csrf_checks=True).post(header, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert rita.follows.get().frequency == "muted"


def test_a_refusal_gives_the_reason_and_the_way_to_appeal(reply, milo):
    moderating.transition([reply.pk], State.REMOVED, milo, reason="Advertising")
    (message,) = delivered()
    assert message.to == ["otto@example.org"]
    assert "The reason: Advertising" in message.body
    assert f"https://courant.example/comments/{reply.pk}/appeal/" in message.body
