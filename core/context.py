"""What every page may know of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Offer the site's name and the canonical address of this page."""
    return {"site_name": settings.SITE_NAME, "canonical_url": settings.SITE_URL + request.path}
