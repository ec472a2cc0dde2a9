"""What WordPress exports (WXR): posts, and pages where they are wanted, with their pictures and threaded comments."""

from interchange.bringing.formats.wordpress.reading import WORDPRESS as WORDPRESS
