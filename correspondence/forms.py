"""What is asked of somebody who answered by mail for the first time."""

from typing import Any

from comments.forms import NamedForm


class WriterForm(NamedForm):
    """Under which name it is to be shown; the text has come already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("body", "parent", "website"):
            del self.fields[name]
