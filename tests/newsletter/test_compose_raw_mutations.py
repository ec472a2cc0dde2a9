"""A text that was copied comes with other spaces, signs and line ends each time; no word of it is lost for that."""

import re
from contextlib import suppress
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsletter.composing import Answers, from_text, read
from newsletter.composing.plan import Tail, Unreadable
from tests.newsletter.test_compose_loses_nothing import said

DOCUMENTS = sorted((Path(__file__).resolve().parents[1] / "documents").glob("raw*/*.txt"))
#: Words that are parted at the ends of lines are other words when those are gone.
DOCUMENTS = [path for path in DOCUMENTS if path.stem != "pdf-columns"]
WORD = re.compile(r"[^\W\d_]+")
ENDS = ["\n", "\r\n", "\r"]
SPACES = [" ", "\u00a0", "\u3000", "\u2009", "  ", "\t", "\u200b ", " \ufeff"]
BULLETS = ["•", "‣", "▪", "-", "–", "*", "◦", "●", "·", "\uf0b7", "✓"]
FIGURES = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]
POINTS = [".", ")", "．", "、", " ."]
LOST = ["", "", "?", "\ufffd", "\u200b"]


@st.composite
def mutations(draw):
    """A document as another clipboard would hold it."""
    text = draw(st.sampled_from(DOCUMENTS)).read_text(encoding="utf-8")
    bullet, figures, point = (draw(st.sampled_from(signs)) for signs in (BULLETS, FIGURES, POINTS))
    shape = draw(st.sampled_from([str, str.title, str.lower]))
    in_figures = str.maketrans(FIGURES[0], figures)
    lines = []
    for line in text.split("\n"):
        changed = re.sub(r"^(\s*)•", lambda found: found[1] + bullet, line)
        changed = re.sub(r"^(\s*)(\d{1,2})\.(?=\s)", lambda found: f"{found[1]}{found[2]}{point}", changed)
        changed = re.sub(r"^\s*\d{1,2}", lambda found: found[0].translate(in_figures), changed)
        lines.append(shape(changed) if changed.isupper() else changed)
    blank, space = draw(st.integers(0, 3)), draw(st.sampled_from(SPACES))
    text = re.sub(r"\n{2,}", "\n" * (blank + 1), "\n".join(lines))
    text = re.sub(r"(?<=\w) (?=[a-z])", lambda found: space if draw_rarely(found.start()) else " ", text)
    text = re.sub(r"(?m)^(?=[A-Z])", lambda found: draw_sign(found.start()), text)
    return text.replace("\n", draw(st.sampled_from(ENDS)))


def draw_rarely(place: int) -> bool:
    return place % 7 == 0


def draw_sign(place: int) -> str:
    return LOST[place % len(LOST)]


def words(text: str) -> set[str]:
    """Without the numerals that sections are counted by in Chinese."""
    return set(WORD.findall(re.sub("[\u200b\ufeff]", "", text).casefold())) - set("一二三")


def everything(plan) -> str:
    comments = (part for each in plan.conversation for part in (each.text, each.name, each.headline, each.written))
    remarks = (remark.message for remark in plan.all_remarks)
    return "\n".join([*said(plan), *comments, *remarks, *plan.about.authors])


@given(mutations())
def test_every_word_ends_in_a_text_a_comment_or_a_remark(text):
    assert sorted(words(text) - words(everything(read(from_text(text))))) == []


@given(mutations(), st.data())
def test_no_word_is_lost_where_the_editor_refuses(text, data):
    guesses = [guess.line for proposal in read(from_text(text)).proposals for guess in proposal.guesses]
    refused = frozenset(line for line in guesses if data.draw(st.booleans()))
    answers = Answers(refused=refused, tail=data.draw(st.sampled_from([Tail.BRING_IN, Tail.KEEP])))
    assert sorted(words(text) - words(everything(read(from_text(text), answers)))) == []


@given(st.text(st.sampled_from("aA1.?•-#:\n\n\n \t“”月个回复=_"), max_size=400))
def test_whatever_is_pasted_is_read_or_refused_in_words(text):
    with suppress(Unreadable):
        assert words(text) <= words(everything(read(from_text(text))))
