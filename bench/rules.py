"""What trying a rule costs: 2,000 words and phrases against 1,000 comments, in English and Chinese."""

import random
import time

from accounts.models import User
from bench import seconds, sized
from comments import screening
from comments.models import Comment, Rule, State, stored_discussion_of
from newsletter.models import Issue

COMMENTS, PHRASES = sized(screening.REHEARSED, small=20), sized(2000, small=20)
LETTERS = "abcdefghijklmnopqrstuvwxyzàéîöů"
SIGNS = "潮水港口灯塔看守人写信给编辑部说明天气"


def figures() -> dict[str, float]:
    rng = random.Random(7)
    discussion = stored_discussion_of(Issue.objects.published()[0])
    author = User.objects.all()[0]
    Comment.objects.bulk_create(
        Comment(discussion=discussion, author=author, name="Rita", body=text(rng, 120), state=State.REJECTED)
        for _number in range(COMMENTS)
    )
    rule = Rule(words="\n".join(text(rng, 1 + number % 3) for number in range(PHRASES)))
    return {"rehearsal_seconds": seconds(lambda: screening.rehearse(rule), clock=time.perf_counter)}


def text(rng: random.Random, length: int) -> str:
    """Made-up words, every fifth of them Chinese."""
    words = (
        "".join(rng.choices(SIGNS if rng.random() < 0.2 else LETTERS, k=rng.randint(2, 9))) for _ in range(length)
    )
    return " ".join(words)
