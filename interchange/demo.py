"""The demo's old letters: an archive for each publication, whose plan waits for an editor."""

from io import BytesIO
from zipfile import ZipFile

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from interchange.bringing import stages, steering, uploads
from interchange.models import Import
from newsletter.models import Newsletter

ENGLISH = """\
---
title: {title}
date: {date}
tags: [letters]
---

{text}

## Seen elsewhere

- [A list of harbours that fall dry](https://example.org/harbours)
- [Why mud is grey](/2018/mud)

![The old slip](https://old.example.org/pictures/slip.jpg)

*The slip before it was mended. Photo: Ada Moor*
"""
CHINESE = """\
---
title: {title}
date: {date}
tags: [旧信]
---

{text}

## 别处所见

- [山中旧屋的名册](https://example.org/houses)

![老茶亭](https://old.example.org/pictures/pavilion.jpg)
"""
#: By the language of the publication: the name of the archive, what its documents look like, and what they say.
LETTERS = {
    "en": (
        "letters-2019.zip",
        ENGLISH,
        [
            ("2019-01-11-first-letter.md", "The first letter", "Nobody had asked for it. Eleven people read it."),
            ("2019-02-09-fog.md", "Fog", "For three days the only thing to report was the horn."),
            ("2019-03-08-the-slip.md", "The slip", "It had been broken since the winter of the long ice."),
        ],
    ),
    "zh-hans": (
        "旧信-2019.zip",
        CHINESE,
        [
            ("2019-01-20-第1期.md", "第 1 期 开窑", "窑口的雪还没化，师傅已经在等第一炉火。"),
            ("2019-02-19-第2期.md", "第 2 期 雨水", "雨水这天真的下了雨，溪边的石头颜色都深了。"),
        ],
    ),
}


def load() -> None:
    for newsletter in Newsletter.objects.filter(language__in=LETTERS):
        name, form, letters = LETTERS[newsletter.language]
        brought = steering.begin(newsletter, name, None, upload=uploads.keep(packed(form, letters)))
        for _count in stages.plan(brought):
            pass
        steering.leave(brought, Import.State.PLANNED)


def packed(form: str, letters: list[tuple[str, str, str]]) -> ContentFile:
    with BytesIO() as buffer:
        with ZipFile(buffer, "w") as archive:
            for name, title, text in letters:
                archive.writestr(name, form.format(title=title, date=name[:10], text=text))
        return ContentFile(buffer.getvalue())


def remove() -> None:
    """The uploads; the rest goes with the publications."""
    for upload in Import.objects.exclude(upload="").values_list("upload", flat=True):
        default_storage.delete(upload)
