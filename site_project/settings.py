"""Every setting of the site, read from the environment (see `.env.example`).

Without any variable this runs on one machine with everything under `var/`: SQLite, pictures on disk,
mail written to a folder. Production changes variables, never this file. Odd values stop the start with
a message that names each of them.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.csp import CSP
from environs import validate

from core import logs, masking
from site_project.environment import Environment, host, mail_service_settings, mailer, origins, stored_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
env.read_env(BASE_DIR / ".env", recurse=False)
at_least_0, at_least_1 = validate.Range(min=0), validate.Range(min=1)

# What can be chosen. Everything is read here, so that every odd value is reported at once.
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DEBUG, STAGING = env.bool("DEBUG", False), env.bool("STAGING", False)
LISTEN = env.listen("LISTEN", "127.0.0.1")
PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
WEB_WORKERS, WORKERS = env.int("WEB_WORKERS", 2, validate=at_least_1), env.int("WORKERS", 1, validate=at_least_0)
SITE_URL = env.site_url("SITE_URL", f"http://localhost:{PORT or 8000}")
SITE_NAME = env.str("SITE_NAME", "Courant")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "")
SECRET_KEY, SECRET_KEY_FALLBACKS = env.str("SECRET_KEY", ""), env.words("SECRET_KEY_FALLBACKS", "") or []
DATABASE = env.database("DATABASE_URL", f"sqlite:///{quote(str(DATA_DIR / 'courant.sqlite3'))}")
CACHE_URL = env.cache("CACHE_URL", "")
PICTURES_STORE = env.store("PICTURES_URL", (DATA_DIR / "media").as_uri())
BACKUP_STORE = env.store("BACKUP_URL", (DATA_DIR / "backups").as_uri())
BACKUP_PASSPHRASE, BACKUP_HOURS = env.str("BACKUP_PASSPHRASE", ""), env.int("BACKUP_HOURS", 24, validate=at_least_0)
MAILER = env.mailer("MAIL_URL", (DATA_DIR / "mail").as_uri())
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", 4, validate=at_least_1)
MAIL_RATE = env.int("MAIL_RATE", 0, validate=at_least_0)
BOUNCE_ADDRESS = env.mail_address("BOUNCE_ADDRESS", "")
UNSUBSCRIBE_ADDRESS = env.mail_address("UNSUBSCRIBE_ADDRESS", "")
TIPS_ADDRESS, REPLY_ADDRESS = env.mail_address("TIPS_ADDRESS", ""), env.mail_address("REPLY_ADDRESS", "")
BOUNCE_MAILBOX = "" if STAGING else env.mailbox("BOUNCE_MAILBOX", "")
ANYMAIL = mail_service_settings() | {"WEBHOOK_SECRET": env.str("ANYMAIL_WEBHOOK_SECRET", "")}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "courant@localhost")
POSTAL_ADDRESS = env.str("POSTAL_ADDRESS", "")
STORE_NETWORK_ADDRESS = env.bool("STORE_NETWORK_ADDRESS", False)
EDITOR_EMAIL, EDITOR_PASSWORD = env.mail_address("EDITOR_EMAIL", "editor@example.org"), env.str("EDITOR_PASSWORD", "")
LANGUAGE_CODE = env.language("LANGUAGE_CODE", "en")
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000, validate=at_least_0)
HSTS_SUBDOMAINS, HSTS_PRELOAD = env.bool("HSTS_SUBDOMAINS", False), env.bool("HSTS_PRELOAD", False)
TRUST_PROXY_TLS = env.bool("TRUST_PROXY_TLS", False)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=at_least_0)
LOOK_AT_LINKS = env.bool("LOOK_AT_LINKS", True)
KEEP_REVISIONS_DAYS = env.int("KEEP_REVISIONS_DAYS", 90, validate=at_least_1)
LOG_LEVEL = env.level("LOG_LEVEL", "INFO")
ACCESS_LOG, METRICS_TOKEN = env.bool("ACCESS_LOG", False), env.str("METRICS_TOKEN", "")
HEARTBEAT_URL, SENTRY_DSN = env.web_address("HEARTBEAT_URL", ""), env.web_address("SENTRY_DSN", "")
LOG_FORMAT = env.str("LOG_FORMAT", "", validate=validate.OneOf(["", "text", "json"]))
env.seal()

SECURE_SITE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = ALLOWED_HOSTS or [host(urlsplit(SITE_URL).hostname or ""), "localhost", "127.0.0.1", "[::1]"]
SECRET_KEY, *earlier = [SECRET_KEY] if SECRET_KEY else stored_secret_key(DATA_DIR, DATABASE).split("\n\n")
SECRET_KEY_FALLBACKS += earlier  # which a backup brought

INSTALLED_APPS = [
    "site_project.apps.SiteConfig",
    "site_project.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    *("django_tasks_db", "pictures", "taggit"),
    *("allauth", "allauth.account", "allauth.mfa", "allauth.usersessions"),
    "core",
    "accounts",
    "newsletter",
    "comments",
    "mailing",
    "readership",
    "participation",
    "interchange",
    "deliverability",
    "correspondence",
]

MIDDLEWARE = [
    "core.middleware.SafeHeaders",
    "site_project.door.Door",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.Utf8Only",
    "core.middleware.CompressTexts",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.sessions.LastSeenMiddleware",
    "core.zones.DeskMiddleware",
    "core.unavailable.GiveBackMiddleware",
    "accounts.views.limiting.AskToWaitMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsletter.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "site_project.urls"
WSGI_APPLICATION = "site_project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.addresses.site",
            ],
        },
    },
]

# Data. SQLite's options are what makes it safe and fast under several processes: WAL lets readers go on
# while one writes, and IMMEDIATE takes the write lock at the start, so that no transaction fails half-way.
DATABASES = {"default": DATABASE | {"CONN_MAX_AGE": 600}}  # opening one costs as much as half a page
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
            "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864"
        ),
    }
else:
    DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True}
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 10, **DATABASE.get("OPTIONS", {})}

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "core.redis_cache.RedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
}

# Work that takes longer than a page may: made durable by the database, done by `manage.py work`.
TASK_BACKEND = "django.tasks.backends.immediate.ImmediateBackend" if DEBUG else "django_tasks_db.DatabaseBackend"
TASKS = {"default": {"BACKEND": TASK_BACKEND, "QUEUES": ["default", "pictures"]}}

MAILERS = {"default": mailer((DATA_DIR / "mail").as_uri()) if STAGING else MAILER}

# Files. Pictures are stored under random names and served by `newsletter.views.media`, which asks whether
# anything public shows them.
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS, WHITENOISE_ALLOW_ALL_ORIGINS = True, False  # what was not collected is served where it is
MEDIA_URL = "media/"
STORAGES = {
    "default": PICTURES_STORE,
    "backup": BACKUP_STORE,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "core.staticfiles.BundledStaticFilesStorage"
    },
}
PICTURES = {
    "USE_PLACEHOLDERS": False,
    "PICTURE_CLASS": "newsletter.imaging.Rendition",
    "CONTAINER_WIDTH": 1200,
    "GRID_COLUMNS": 3,
    "FILE_TYPES": ["AVIF", "WEBP"],
    "PROCESSOR": "pictures.tasks.noop",  # newsletter.tasks does it
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a long document asks an editor five things about each item

# People.
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["accounts.hashing.PatientHasher"]
SESSION_ENGINE = "accounts.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{each}Validator"}
    for each in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:start"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # no names left in other people's sessions

# Signing in with a code sent by mail, and second factors. Limits are `core.limits`' own.
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_SITE

# Words and numbers. A public page speaks its newsletter's language, the admin the site's.
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
LOCALE_PATHS, FORMAT_MODULE_PATH = [BASE_DIR / "locale"], ["core.formats"]
TAGGIT_CASE_INSENSITIVE = True

# Safety. No page loads or sends anything elsewhere; a video's player is allowed once a reader asks for it.
SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:", *origins(PICTURES_STORE)],
    "connect-src": [CSP.SELF],
    "frame-src": ["https://www.youtube-nocookie.com", "https://player.vimeo.com"],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SITE
SESSION_COOKIE_NAME = "__Host-session" if SECURE_SITE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_SITE else "csrf"
CSRF_COOKIE_HTTPONLY, CSRF_FAILURE_VIEW = True, "newsletter.keeping.token_is_old"
SECURE_SSL_REDIRECT = SECURE_SITE and TRUST_PROXY_TLS  # or it would redirect for ever; `checks` warns
SECURE_HSTS_SECONDS = HSTS_SECONDS if SECURE_SITE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SITE and HSTS_SUBDOMAINS
SECURE_HSTS_PRELOAD = SECURE_SITE and HSTS_PRELOAD
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # both touch what is not ours, and are asked for
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY_TLS else None

LOGGING = logs.configuration(LOG_LEVEL, LOG_FORMAT, masking.mask)
