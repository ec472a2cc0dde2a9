"""Imports as the worker leaves them, in rows."""

from typing import Any

from interchange.models import Import, Imported

ORIGINS = {"number": "the name of the file", "date": "the name of the file", "title": "the first heading"}


def planned(newsletter: Any, documents: int = 3, **facts: Any) -> Import:
    """An import whose plan waits: issues, of which the third would change one and the last was refused."""
    facts = {"name": "low-tide-2019.zip", "format": "Jekyll", "state": Import.State.PLANNED, **facts}
    brought = Import.objects.create(newsletter=newsletter, **facts)
    Imported.objects.bulk_create(document(brought, number) for number in range(1, documents + 1))
    return brought


def document(brought: Import, number: int) -> Imported:
    name = f"_posts/2019-{number % 12 + 1:02}-04-issue-{number}.md"
    facts = {
        "kind": "issue",
        "title": f"Tide {number}",
        "number": number,
        "date": f"2019-{number % 12 + 1:02}-04T09:00:00+00:00",
    }
    facts |= {
        "articles": 12,
        "pictures": 3,
        "comments": 2,
        "from": ORIGINS,
        "outlook": "new" if number % 3 else "changed",
    }
    remarks = [["The picture … is elsewhere.", f"The picture https://old.example.org/{number}.jpg is elsewhere.", 12]]
    remarks += [["A shortcode is left as it is: …", "A shortcode is left as it is: {{< tide >}}", 3]] * (number % 2)
    return Imported(
        of=brought, position=number, key=f"file:{name}", name=name, checksum="0", facts=facts, remarks=remarks
    )
