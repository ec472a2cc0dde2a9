"""An answer by mail is reduced to what its writer wrote."""

from pathlib import Path

import pytest
import yaml

from core.mail import quoting
from tests.core.replies import message, replies

REPLIES = dict(replies())


@pytest.mark.parametrize("name", REPLIES)
def test_of_an_answer_is_left_what_was_written(name):
    message, expected = REPLIES[name]
    assert quoting.written(message) == expected


ODD = yaml.safe_load(Path(__file__).with_name("odd_replies.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd["name"])
def test_of_an_odd_one_as_well(odd):
    kind = "html" if "html" in odd else "plain"
    assert quoting.written(message(odd.get("html") or odd["came"], kind)) == odd["written"]


def test_there_are_two_hundred():
    assert len(REPLIES) + len(ODD) >= 200


def test_lines_that_flow_are_whole_again():
    made = message("The mud \nwas deep.\n\n> Do we \n> need shoes?\n\nBoots. \n-- \nSumi\n")
    made.set_param("format", "flowed")
    assert quoting.written(made) == "The mud was deep.\n\n> Do we need shoes?\n\nBoots."


def test_the_part_with_more_in_it_is_read_and_others_are_named():
    made = message("The mud\nwas deep.")
    made.add_alternative("<p>The <b>mud</b> was deep.</p>", subtype="html")
    made.add_attachment(b"x", maintype="image", subtype="jpeg", filename="mud.jpg")
    made.add_attachment(b"x", maintype="application", subtype="pdf")
    assert quoting.written(made) == "The **mud** was deep."
    assert quoting.attachments(made) == ["mud.jpg", "application/pdf"]


HOSTILE = {
    "attributions": "On " * 8_000,
    "attributions in lines": "On\n" * 8_000,
    "dates": "On 14 Mar 2026 at 09:26 <" * 1_000,
    "quotation marks": ">" * 1_000_000,
    "quoted lines": "> \n" * 300_000,
    "colons": "On 1:1:" * 3_000,
    "dividers": "-" * 100_000 + "\n" + "_" * 100_000,
    "fields": "From: a\n" * 20_000,
    "dashes": "--\n" * 50_000,
    "addresses": "a@" * 50_000,
    "footers": "Sent from my iPhone\n" * 20_000,
    "nothing at all": "\n" * 1_000_000,
    "lines that are full": ("word " * 14 + "\n") * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_each_line_is_looked_at_a_few_times_and_no_further_than_its_beginning(name, monkeypatch):
    looks = []
    hint = quoting.Line.hint.fget

    def counted(line):
        looks.append(len(hint(line)))
        return hint(line)

    monkeypatch.setattr(quoting.Line, "hint", property(counted))
    quoting.written(message(HOSTILE[name]))
    assert len(looks) <= 40 * min(HOSTILE[name].count("\n") + 1, quoting.MOST_LINES)
    assert max(looks, default=0) <= quoting.LONGEST_HINT


def test_a_line_that_flows_without_end_is_put_together_once():
    made = message("mud \n" * 200_000)
    made.set_param("format", "flowed")
    assert quoting.written(made).split() == ["mud"] * 200_000


@pytest.mark.parametrize("tag", ["blockquote type=cite", "div", "b", "ul><li", "table><tr><td"])
def test_what_is_nested_without_end_is_read_in_one_walk(tag):
    assert "Boots." in quoting.written(message(f"Boots.{f'<{tag}>' * 20_000}", "html"))
