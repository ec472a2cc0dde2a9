"""What readers bring: tips, votes, words for the next issue."""

from participation.models.polls import Ballot, Poll, PollAnswer
from participation.models.tips import Tip
from participation.models.voices import VOICES, Question, State, Voice
