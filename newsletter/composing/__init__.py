"""Compose an issue, or one article, from a document: read it into a plan, look at that, store it.

document = from_path(Path("march.zip"))
plan = read(document)
composed = compose(plan, newsletter)
"""

from newsletter.composing.plan import Action, Answers, Choice, Plan, Remark, Unreadable
from newsletter.composing.reading import read
from newsletter.composing.storing import AlreadyComposed, compose
from newsletter.composing.upload import Document, from_bytes, from_path, from_text
