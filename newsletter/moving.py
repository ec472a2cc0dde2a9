"""When something public gets a new address, the old one leads there."""

from newsletter.models import Article, Contributor, Issue, Newsletter, Redirect


def leave_redirect(
    old: Newsletter | Issue | Article | Contributor, new: Newsletter | Issue | Article | Contributor
) -> None:
    """Lead the address that `old` had, and all below it, to that of `new`, the same thing as stored now.

    Run it in the transaction that stores the change. Nothing happens where the address is the same or where
    nobody could have seen the old one.
    """
    if isinstance(old, Issue | Article) and not old.is_public:
        return
    old_path, new_path = old.get_absolute_url(), new.get_absolute_url()
    if old_path == new_path:
        return
    Redirect.objects.leave(old_path, new_path)
    if isinstance(old, Newsletter):
        Redirect.objects.leave(f"/feeds{old_path}", f"/feeds{new_path}")
