"""The ASGI entry point, for servers that want one; WSGI is faster for these pages."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")

application = get_asgi_application()

from readership import counting  # noqa: E402 - models can be imported from here on

counting.begin()
