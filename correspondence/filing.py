"""Letters at the editors' desk: in one thread for each reader of a newsletter."""

from correspondence.models import Letter, Thread


def file(letter: Letter, thread: Thread | None = None) -> Thread:
    """Put a reader's letter, saved or not, into its thread, which waits for an answer then: the given one, that of
    this reader, or a new one. The caller saves the letter, in the same transaction."""
    if thread is None:
        facts = {"name": letter.name, "user": letter.user}
        thread, _ = Thread.objects.get_or_create(newsletter=letter.newsletter, email=letter.email, defaults=facts)
    thread.name, thread.user = letter.name or thread.name, letter.user or thread.user
    thread.is_open, thread.last_at = True, letter.at
    thread.save()
    letter.thread, letter.state = thread, Letter.State.DESK
    return thread
