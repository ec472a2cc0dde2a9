"""Names and headlines are identity: what may be one, and what would pass for somebody else's.

Follows Unicode's technical standard 39: two names look alike if they have the same skeleton.
"""

import re
import unicodedata
from functools import cache

from confusable_homoglyphs.confusables import confusables_data
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.markup.tree import BLANK, is_blank

NAME_LENGTH = 80
HEADLINE_LENGTH = 160
#: More marks than any living script sets on one letter.
MARKS_IN_A_ROW = 3

#: Joiners that shape emoji and Persian words; without them both stay readable.
JOINERS = dict.fromkeys([0x200C, 0x200D, 0xFE0E, 0xFE0F])
#: Control, format (with bidi and zero width), surrogate, private and unassigned characters.
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

HIDDEN_CHARACTERS = gettext_lazy("This holds hidden or control characters. Type it again by hand.")

#: Who speaks for the site.
OFFICES = """
    admin administrator administrators editor editors moderator moderators staff webmaster 编辑 主编 管理员 版主
"""
#: Words beside an office that make no difference: "The Editor", "deputy editor-in-chief".
AROUND_OFFICES = "the a an in chief deputy senior managing our your this site of at here team official"


def clean_name(text: str, *, user: User | None = None) -> str:
    """The name as it is stored. Raises ValidationError with a sentence for the person.

    `user` is who wants the name: people keep the name they have, and staff may use words kept for staff.
    """
    name = clean(text, NAME_LENGTH)
    if user and name == user.display_name:
        return name
    if not any(unicodedata.category(sign)[0] in "LN" for sign in name):
        raise ValidationError(_("A name has at least one letter or figure."), code="no_letter")
    if not (user and user.is_staff) and is_reserved(name):
        raise ValidationError(_("This name is kept for the people who run the site. Choose another."), code="reserved")
    if looks_like_staff(name, user):
        raise ValidationError(
            _("This name looks like that of somebody who works here. Add something that tells you apart."),
            code="staff",
        )
    return name


def clean_headline(text: str, *, user: User | None = None) -> str:
    """The headline as it is stored; it may be empty. Raises ValidationError with a sentence for the person."""
    headline = clean(text, HEADLINE_LENGTH)
    if headline and is_blank(headline):
        raise ValidationError(HIDDEN_CHARACTERS, code="hidden")
    if not (user and (user.is_staff or headline == user.headline)) and claims_office(headline):
        raise ValidationError(
            _("This reads as if you worked for the site. Say where you do, as in “Editor, Harbour News”."),
            code="reserved",
        )
    return headline


def clean(text: str, longest: int) -> str:
    """NFKC, one space between words, nothing hidden. Raises ValidationError."""
    text = " ".join(unicodedata.normalize("NFKC", text.translate(JOINERS)).split())
    if BLANK.search(text) or any(unicodedata.category(sign) in HIDDEN for sign in text):
        raise ValidationError(HIDDEN_CHARACTERS, code="hidden")
    kinds = "".join(unicodedata.category(sign)[0] for sign in text)
    if "M" * (MARKS_IN_A_ROW + 1) in kinds:
        raise ValidationError(_("This has too many accents on one letter."), code="marks")
    if len(text) > longest:
        raise ValidationError(
            _("This has %(length)d characters; there is room for %(longest)d.")
            % {"length": len(text), "longest": longest},
            code="too_long",
        )
    return text


def is_reserved(name: str) -> bool:
    """Whether a name holds an office, or is the site's own."""
    return bool(offices() & set(words(name))) or "".join(words(name)) == skeleton(settings.SITE_NAME)


def claims_office(headline: str) -> bool:
    """Whether a headline names an office and nowhere else to hold it: "Editor", "the editor of Courant"."""
    found = set(words(headline))
    harmless = set(words(f"{AROUND_OFFICES} {settings.SITE_NAME}"))
    return bool(found & offices()) and found <= offices() | harmless


def looks_like_staff(name: str, user: User | None) -> bool:
    staff = User.objects.staff().exclude(display_name="").exclude(pk=user.pk if user else None)
    wanted = skeleton(name)
    return any(skeleton(theirs) == wanted for theirs in staff.values_list("display_name", flat=True))


@cache
def offices() -> set[str]:
    return set(words(OFFICES))


def words(text: str) -> list[str]:
    """The skeletons of a text's words."""
    return [found for word in re.split(r"[\W_]+", text) if (found := skeleton(word))]


def skeleton(text: str) -> str:
    """What two texts have in common that look alike: plain small letters, without accents, spaces and signs."""
    plain = "".join(prototype(sign) for sign in unicodedata.normalize("NFKD", text))
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", plain).casefold() if sign.isalnum())
    return letters.translate(str.maketrans("i1|0", "lllo")).replace("rn", "m").replace("vv", "w")


def prototype(sign: str) -> str:
    """The ASCII letter that a sign can be taken for, else itself."""
    if sign.isascii():
        return sign
    return next((twin["c"] for twin in confusables_data.get(sign, []) if twin["c"].isascii()), sign)
