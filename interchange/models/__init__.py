"""What is kept, brought in and taken out."""

from interchange.models.archives import (
    Backup,
    Counterpart,
    Erasure,
    Export,
    Import,
    Imported,
    WantedPicture,
)
from interchange.models.lists import ListImport, ListRow, ListShape
