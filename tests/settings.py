"""The site's settings, made hostile to accidents: nothing outside is reached, nothing is left behind."""

import os
import tempfile
from pathlib import Path

os.environ.update(SECRET_KEY="only for tests", SITE_URL="https://courant.example", LOG_LEVEL="CRITICAL")
os.environ["BACKUP_HOURS"] = "0"
os.environ["CACHE_URL"] = ""  # whatever stands in .env

from site_project.settings import *  # noqa: F403

DATA_DIR = Path(tempfile.gettempdir(), f"courant-tests-{os.getpid()}")  # made by who writes there
MIDDLEWARE = ["tests.turns.OneAtATime", *MIDDLEWARE]  # noqa: F405
ALLOWED_HOSTS = ["testserver", "courant.example", "localhost"]
DEBUG = False
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_NAME = "csrf"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "backup": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default", "pictures"]}}
SEND_MAIL_AT_ONCE = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - threads of tests end without closing theirs
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
WHITENOISE_AUTOREFRESH = True
