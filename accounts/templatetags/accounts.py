"""What pages of all apps show of people."""

from typing import Any

from django import template
from django.conf import settings

from accounts.menu import Page, pages
from accounts.models import User

register = template.Library()

TONES = 8


@register.inclusion_tag("accounts/_avatar.html")
def avatar(person: User | str, picture: str = "") -> dict[str, Any]:
    """A person's picture, else their initials in a circle whose colour stays theirs. No query.

    Takes a person, or a name (with the address of a picture, if there is one) where no person is left.
    """
    if isinstance(person, User):
        picture = person.picture.url if person.picture else ""
        return {"picture": picture, "initials": initials(person.display_name), "tone": person.pk % TONES}
    return {"picture": picture, "initials": initials(person), "tone": sum(map(ord, person)) % TONES}


def initials(name: str) -> str:
    """The first letters of the first and last word; of a Chinese, Japanese or Korean name its first sign."""
    words = [letters for word in name.split() if (letters := "".join(filter(str.isalnum, word)))]
    first_and_last = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in first_and_last).upper() or "?"


@register.simple_tag(takes_context=True)
def visitor(context: dict[str, Any]) -> User | None:
    """Who reads this page, if they have signed in. Without a session no query, and no `Vary: Cookie`."""
    request = context.get("request")
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return request.user if request.user.is_authenticated else None


@register.simple_tag
def account_pages() -> list[Page]:
    return pages()
