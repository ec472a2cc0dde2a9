"""The WSGI entry point that the production server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")

application = get_wsgi_application()

from core import standing  # noqa: E402 - models can be imported from here on
from readership import counting  # noqa: E402
from site_project import metrics  # noqa: E402

standing.end_if_refused()
counting.stores.append(metrics.store)
counting.begin()
