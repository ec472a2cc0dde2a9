"""What pages of all apps show of people."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.menu import pages
from accounts.models import User

register = template.Library()
register.simple_tag(pages, name="account_pages")

TONES = 8


@register.simple_tag
def avatar(person: User | str) -> SafeString:
    """A person's picture, else their initials in a circle whose colour stays theirs.

    Takes a person, or a name where no person is left. The name stands beside it, so that readers of the screen need
    neither. A page holds many: hence no template.
    """
    if isinstance(person, str):
        return circle(person, sum(map(ord, person)))
    if person.picture:
        return format_html(
            '<img class="avatar" src="{}" alt="" width="40" height="40" loading="lazy">', person.picture.url
        )
    return circle(person.display_name, person.pk)


def circle(name: str, number: int) -> SafeString:
    drawn = '<span class="avatar tone-{}" aria-hidden="true">{}</span>'
    return format_html(drawn, number % TONES, initials(name))


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
