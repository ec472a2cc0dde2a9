"""What Ghost exports (JSON, alone or in a zip with its pictures): posts, and pages where they are wanted."""

from interchange.bringing.formats.ghost.reading import GHOST as GHOST
