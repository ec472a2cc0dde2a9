"""What rules find: words as words, whatever they are dressed in; never patterns."""

import pytest

from comments.models import Rule, State
from comments.screening import finder, rehearse
from comments.words import Phrases, marked, plain_words
from tests.comments import talk


def found(words: str, text: str) -> str:
    return finder(Rule(words=words))(plain_words(text), "")


@pytest.mark.parametrize(
    "text",
    [
        "CASINO",
        "a casino!",
        "Ca\u0301si\u0300no",
        "ｃａｓｉｎｏ",
        "ca\u200bsi\u00adno",
        "𝐜𝐚𝐬𝐢𝐧𝐨",
        "**casino**",
        "cas*in*o",
        "_casino_",
        "the-casino-royale",
        "casino\n",
    ],
)
def test_word_is_found_however_it_is_dressed(text):
    assert found("poker\ncasino", text) == "casino"


@pytest.mark.parametrize("text", ["casinos", "occasion", "cas ino", ""])
def test_word_is_not_found_inside_another(text):
    assert found("casino", text) == ""


def test_phrase_is_found_across_spaces_lines_and_punctuation():
    assert found("free spins", "FREE\n  spins!") == "free spins"
    assert found("free spins", "free, spins") == "free spins"
    assert found("free spins", "spins free") == ""


@pytest.mark.parametrize("text", ["请看赌场广告", "赌 场", "赌\u200b场", "『赌场』"])
def test_chinese_word_is_found_anywhere(text):
    assert found("赌场", text) == "赌场"


def test_what_looks_like_a_pattern_is_only_words():
    assert found("(a+)+$", "aaaa") == ""
    assert found(".*", "anything") == ""
    assert found("c++", "c++ and more") == "c++"


def test_first_of_many_words_is_named_as_it_stands_in_the_list():
    phrases = Phrases(f"Word {number}" for number in range(5000))
    assert phrases.first_in(plain_words("here is WÖRD 4711, found")) == "Word 4711"


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("My *Casinò* pays", "casino", "Casinò"),
        ("FREE, spins now", "free spins", "FREE, spins"),
        ("看赌 场吧", "赌场", "赌 场"),
        ("ﬁnest", "finest", "ﬁnest"),
        ("nothing", "casino", ""),
        ("nothing", "?!", ""),
    ],
)
def test_what_matched_is_marked_in_the_text_as_it_was_written(text, phrase, expected):
    pieces = marked(text, phrase)
    assert "".join(piece for piece, _is_match in pieces) == text
    assert "".join(piece for piece, is_match in pieces if is_match) == expected


@pytest.mark.django_db
def test_held_comment_says_which_rule_and_what_it_found(discussion, rita):
    Rule.objects.create(name="Gambling", words="poker\nfree spins")
    comment = talk.say(discussion, rita, "Get FREE spins here")
    assert (comment.state, comment.held_by, comment.held_detail) == (State.PENDING, "Gambling", "free spins")


@pytest.mark.django_db
def test_rule_looks_at_name_and_headline_and_spares_whom_it_should(discussion, otto):
    rule = Rule.objects.create(name="Keepers", words="lighthouse", outcome=State.SPAM)
    assert talk.say(discussion, otto, "Good evening").state == State.SPAM
    assert talk.say(discussion, talk.trusted(otto), "Good night").state == State.APPROVED
    rule.spares_trusted = False
    rule.save()
    assert talk.say(discussion, otto, "Good morning").state == State.SPAM


@pytest.mark.django_db
def test_repeated_text_waits_and_says_of_which_comment(discussion, published, rita):
    first = talk.say(discussion, rita, "Look at my boat")
    again = talk.say(talk.under(published), rita, "Look at my boat")
    assert (again.held_by, again.held_detail) == ("Repeated text", f"As in comment {first.pk}")


@pytest.mark.django_db
def test_rule_that_is_off_catches_nothing(discussion, rita):
    Rule.objects.create(name="Gambling", words="poker", is_on=False)
    assert talk.say(discussion, rita, "poker").is_approved


@pytest.mark.django_db
def test_rehearsal_finds_what_the_rule_would_find_in_one_query(discussion, rita, django_assert_num_queries):
    comments = talk.crowd(discussion, rita, [None] * 30)
    with django_assert_num_queries(1):
        hits = rehearse(Rule(words="number 7"))
        assert [(hit.pk, match) for hit, match in hits] == [(comments[7].pk, "number 7")]
        assert hits[0][0].author.display_name == "Rita"
