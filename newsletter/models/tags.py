"""Tags are taggit's; there is one for each word, however its letters are put together and whatever their case."""

from collections.abc import Iterable
from typing import Any
from unicodedata import normalize

from django.db.models import Q
from taggit.managers import _TaggableManager
from taggit.models import Tag

from core.markup.marks import UNSEEN
from core.slugs import welcome_all_letters
from newsletter.models.slugs import slug_of_tag

# Whoever makes a tag, from a form, a document or a shell, makes it through these two.
Tag.slugify = slug_of_tag
welcome_all_letters(Tag._meta.get_field("slug"))


def tag_name(written: str) -> str:
    """What a tag is called: in NFC, with single spaces, and without what nobody sees."""
    return " ".join(normalize("NFC", written).translate(dict.fromkeys(map(ord, UNSEEN))).split())


def tag_key(name: str) -> str:
    """What two names of one tag have in common."""
    return normalize("NFC", tag_name(name).casefold())


def tags_called(names: Iterable[str]) -> dict[str, Tag]:
    """The tags that there are of these names, by what they have in common. SQLite knows the case of
    English letters alone, so the usual spellings are asked for."""
    wanted = Q()
    for name in map(tag_name, names):
        spellings = {name, name.lower(), name.upper(), name.title(), name.capitalize(), name.casefold()}
        wanted |= Q(name__iexact=name) | Q(name__in=spellings)
    found = Tag.objects.filter(wanted).order_by("-pk") if wanted else ()
    return {tag_key(tag.name): tag for tag in found}


class TagManager(_TaggableManager):
    """Of the tags of one article. What is added by name is the tag that has that name already, if there is one."""

    def _to_tag_model_instances(self, tags: Iterable[Tag | str], tag_kwargs: dict[str, Any]) -> list[Tag]:
        names = {tag_key(each): tag_name(each) for each in tags if isinstance(each, str)}
        known = {key: tag for key, tag in tags_called(names.values()).items() if key in names}
        given = [known.get(key, name) for key, name in names.items() if name]
        others = [each for each in tags if isinstance(each, Tag)]
        return super()._to_tag_model_instances([*others, *given], tag_kwargs)
