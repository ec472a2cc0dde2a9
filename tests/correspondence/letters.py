"""Letters of readers, as they are filed when mail comes in."""

from itertools import count

from correspondence import filing
from correspondence.models import Letter, Thread

numbers = count(1)


def letter(newsletter, text="The heron is back on the crane.", email="rita@example.org", **fields):
    """A letter at the editors' desk, in its thread."""
    facts = {"name": "Rita", "message_id": f"<{next(numbers)}@mail.example.org>", **fields}
    made = Letter(newsletter=newsletter, text=text, email=email, **facts)
    made.thread = filing.file(made)
    made.save()
    return made


def page_of(thread):
    return f"/admin/correspondence/thread/{thread.pk}/change/"


def decide(desk, thread, decision, **more):
    """As the page that shows the whole thread sends it."""
    last = thread.letters.last()
    form = {"decision": decision, "seen": last.pk if last else 0, **more}
    return desk.post(page_of(thread), form, follow=True)


def now(letter):
    """As it is stored."""
    return Letter.objects.with_places().select_related("thread", "user").get(pk=letter.pk)


def thread_of(letter):
    return Thread.objects.get(letters=letter.pk)
