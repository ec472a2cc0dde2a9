"""Two editors answer at the same moment: one mail goes out, and the other is told."""

import pytest
from django.db import connection

from correspondence.desk import writing
from correspondence.models import Letter
from tests import cast
from tests.comments.test_lessons_races import ON_SQLITE, Two
from tests.correspondence.letters import letter

pytestmark = pytest.mark.django_db(transaction=not ON_SQLITE)


def told(act):
    """What an editor is told."""
    try:
        return act()
    except writing.Overtaken as overtaken:
        return str(overtaken)


@pytest.mark.parametrize("second", ["Ada", "Edda"])
def test_of_two_answers_at_once_one_is_sent(tmp_path, low_tide, edda, second):
    ada = cast.person("Ada", group="Editors")
    first = letter(low_tide)
    file = tmp_path / "shared.sqlite3"
    if ON_SQLITE:
        file.write_bytes(connection.connection.serialize())
    pair = Two({**connection.settings_dict, "NAME": str(file)} if ON_SQLITE else {})
    by = ada if second == "Ada" else edda
    sent, other = pair.at_once(
        lambda: writing.answer(first.thread, edda, "Thank you!", first.pk),
        lambda: told(lambda: writing.answer(first.thread, by, "Thank you!", first.pk)),
    )
    assert pair.see(lambda: Letter.objects.filter(state="sent").count()) == 1
    assert other == sent if second == "Edda" else "that you had not seen" in other
