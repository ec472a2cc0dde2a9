"""Every setting is documented, and odd values stop the start."""

import os
import re
import subprocess
import sys
import traceback
from pathlib import Path
from runpy import run_path
from unittest.mock import patch

import pytest
from environs import EnvError

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path, **variables):
    """The settings as a process with this environment has them."""
    with patch.dict(os.environ, {"DATA_DIR": str(tmp_path), **variables}, clear=True):
        return run_path(str(ROOT / "site_project/settings.py"))


def test_the_example_names_every_variable_and_no_other():
    settings = (ROOT / "site_project/settings.py").read_text()
    read = set(re.findall(r"""env\.\w+\(\s*"(\w+)\"""", settings))
    documented = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == documented


def test_settings_stay_short():
    assert len((ROOT / "site_project/settings.py").read_text().splitlines()) <= 250


def test_without_any_variable_the_site_starts(tmp_path):
    variables = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
    }
    command = [sys.executable, "-c", "import django; django.setup()"]
    subprocess.run(command, cwd=ROOT, env=variables, check=True)  # noqa: S603


def test_the_site_makes_its_own_secret_and_keeps_it_to_itself(tmp_path):
    first = start(tmp_path)["SECRET_KEY"]
    key = tmp_path / "secret.key"
    assert len(first) >= 50
    assert key.read_text() == first
    assert key.stat().st_mode & 0o777 == 0o600
    assert start(tmp_path)["SECRET_KEY"] == first
    key.write_text(f"{first}\n\nearlier")
    assert start(tmp_path, SECRET_KEY_FALLBACKS="old")["SECRET_KEY_FALLBACKS"] == ["old", "earlier"]
    assert start(tmp_path)["SECRET_KEY"] == first
    key.write_text(f"{first}\n")  # as `echo` writes
    ended = start(tmp_path)
    assert (ended["SECRET_KEY"], ended["SECRET_KEY_FALLBACKS"]) == (first, [f"{first}\n"])


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_key_is_none(tmp_path, text):
    (tmp_path / "secret.key").write_text(text)
    with pytest.raises(EnvError, match=r"secret\.key in DATA_DIR is empty\. Put secret\.key back"):
        start(tmp_path)


SECRET = "hunter2"
ODD_STORES = [
    *("s3://", "s3://h", "s3://h/", "s3:///bucket", f"s3://{SECRET}@h/bucket", "h/bucket", "https://h/bucket"),
    *(f"s3://key:{SECRET}{sign}x@h/bucket" for sign in "/@#?["),
    *(f"s3://k:{SECRET}@h:x/b", "s3://k:s@h/b?tls=offered", "s3://k:s@h/b?tls=false", "s3://k:s@h/b?regoin=x"),
    *("s3://k:s@h/b?public=yes", "s3://k:s@h/b?public=h", "s3://k:s@h/b?region="),
    *("file://var/media", "/var/x"),
]
#: Each starts with what would be taken, had somebody not slipped.
ODD = {
    "DEBUG": ["perhaps", "yes please"],
    "STAGING": ["perhaps", "staging"],
    "PORT": ["eighty", "0", "65536", "-1", "80.5", "8000/"],
    "WEB_WORKERS": ["0", "-2", "two"],
    "BACKUP_HOURS": ["-1", "daily", "0.5"],
    "WORKERS": ["-1", "two"],
    "LISTEN": ["somewhere", "127.0.0.1:8000", "[::1]:8000", "1.2.3", "http://127.0.0.1", "fe80::x"],
    "SITE_URL": [
        *("here", "news.example.org", "ftp://a.example", "https://", "https://a.example/news", "https://a.example/?q"),
        *("https://a.example#x", f"https://ada:{SECRET}@a.example", "https://a b.example", "https://a_b.example"),
        *("https://a.example:eighty", "https://a.example:99999", "//a.example", "https:/a.example", "https://[::x]"),
    ],
    "ALLOWED_HOSTS": ["https://a.example", "a.example:8000", "a.example/news", "a b", "good.example, bad/one", "a_b"],
    "DATABASE_URL": [
        *(
            "nonsense://x",
            "postgre://x/y",
            "mysql://x/y",
            "here",
            "sqlite://var/x.sqlite3",
            f"postgres://u:{SECRET}/@h/d",
        ),
        *(
            f"postgres://u:{SECRET}#@h/d",
            f"postgres://u:{SECRET}@@h/d",
            f"postgres://u:{SECRET}?@h/d",
            "postgres://h:x/d",
        ),
    ],
    "CACHE_URL": [
        "reddis://h",
        "h:6379",
        "memcached://h",
        "redis://h/zero",
        f"redis://:{SECRET}/x@h:6379/0",
        "redis://h:x",
    ],
    "MAIL_URL": [
        *(
            "gopher://x",
            "smpt://x",
            "mail.example.org",
            "mail.example.org:587",
            "smtp://",
            "smtp://h/path",
            "smtp://h:x",
        ),
        *(f"smtp://ada:{SECRET}{sign}x@mail.example.org:587" for sign in "/@#?["),
        *(f"smtps://ada:{SECRET}{sign}@mail.example.org" for sign in "/@#?["),
        *("smtp://h?tls=maybe", "smtp://h?tsl=never", "smtps://h?tls=never", "smtp://h?helo=a&timeout=5"),
        *(
            "anymail://postmrak?server_token=x",
            "anymail://",
            "anymail://base",
            f"anymail://postmark?server_token={SECRET}#x",
        ),
        *("file://var/mail", "x" * 5000),
    ],
    "PICTURES_URL": ODD_STORES,
    "BACKUP_URL": ODD_STORES,
    "MAIL_CONNECTIONS": ["0", "many"],
    "MAIL_RATE": ["-1", "fast", "1.5"],
    "KEEP_REVISIONS_DAYS": ["0", "-1", "month"],
    "BOUNCE_ADDRESS": ["ada", "Ada <ada@example.org>", "a@b, c@d", "@"],
    "UNSUBSCRIBE_ADDRESS": ["ada", "a b@example.org", "a@b?subject=x"],
    "TIPS_ADDRESS": ["tips", "Tips <tips@example.org>", "a@b, c@d"],
    "REPLY_ADDRESS": ["replies", "Replies <a@example.org>"],
    "BOUNCE_MAILBOX": ["pop3://x", f"imaps://ada:{SECRET}/x@h/INBOX", "imaps://", "maildir://", "/var/mail"],
    "DEFAULT_FROM_EMAIL": ["ada", "Ada <ada>", "Ada <ada@example.org", "Ada ada@example.org"],
    "EDITOR_EMAIL": ["edda", "edda@", "Edda <edda@example.org>"],
    "LOOK_AT_LINKS": ["perhaps", "2"],
    "STORE_NETWORK_ADDRESS": ["sometimes"],
    "LANGUAGE_CODE": ["english", "xx", "en_en", "zh"],
    "TIME_ZONE": ["Berlin", "../../etc/passwd", "UTC+1", "/etc/localtime", "Europe/"],
    "HSTS_SECONDS": ["a year", "-1"],
    "HSTS_SUBDOMAINS": ["all"],
    "HSTS_PRELOAD": ["2"],
    "TRUST_PROXY_TLS": ["nginx"],
    "TRUSTED_PROXIES": ["-1", "10.0.0.1"],
    "LOG_LEVEL": ["LOUD", "1.5"],
    "LOG_FORMAT": ["xml", "true"],
    "ACCESS_LOG": ["sometimes"],
    "HEARTBEAT_URL": ["hc.example.org/ping", "ftp://a.example", "https://", "https:/a.example"],
    "SENTRY_DSN": ["key@sentry.example/1", "https://"],
}
#: Any text is good.
FREE = {
    "SITE_NAME",
    "SECRET_KEY",
    "METRICS_TOKEN",
    "SECRET_KEY_FALLBACKS",
    "BACKUP_PASSPHRASE",
    "ANYMAIL_WEBHOOK_SECRET",
    "POSTAL_ADDRESS",
    "EDITOR_PASSWORD",
}
DOCUMENTED = re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_each_variable_has_odd_values_here():
    assert set(DOCUMENTED) == {*ODD, *FREE, "DATA_DIR"}


@pytest.mark.parametrize(("variable", "value"), [(name, value) for name, values in ODD.items() for value in values])
def test_an_odd_value_is_refused_by_name_with_what_to_write_and_no_secret(tmp_path, variable, value):
    with pytest.raises(EnvError, match=variable) as refusal:
        start(tmp_path, **{variable: value})
    said = "".join(traceback.format_exception(refusal.value)).partition(f"{variable}: ")[2]
    assert re.search(r"[Ww]rite|[Pp]ercent-encode|these are known|[Mm]ust be", said)
    assert SECRET not in said


@pytest.mark.parametrize("value", ["", " ", "\t"])
@pytest.mark.parametrize("variable", sorted(set(DOCUMENTED) - {"DATA_DIR"}))
def test_an_empty_variable_is_as_good_as_none(tmp_path, variable, value):
    def plain(settings):
        return {name: setting for name, setting in settings.items() if name.isupper() and name != "ANYMAIL"}

    assert plain(start(tmp_path, **{variable: value})) == plain(start(tmp_path))


@pytest.mark.parametrize("folder", ["secret.key/below", "with # and ? and %41 and spaces", "ünï/côde"])
def test_the_folder_may_have_any_name_that_a_folder_can_have(tmp_path, folder):
    (tmp_path / "secret.key").write_text("a file")
    place = tmp_path / folder
    if folder.startswith("secret.key"):
        with pytest.raises(EnvError, match="DATA_DIR: nothing can be kept there"):
            start(place)
    else:
        assert start(place)["DATABASES"]["default"]["NAME"] == str(place / "courant.sqlite3")


@pytest.mark.parametrize(
    ("given", "taken", "allowed"),
    [
        ("https://Bücher.example/", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("https://straße.example:443", "https://xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("HTTPS://潮信.example", "https://xn--vuqz28e.example", "xn--vuqz28e.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("http://[2001:DB8::7]:8000", "http://[2001:db8::7]:8000", "[2001:db8::7]"),
        ("http://192.0.2.7:80/", "http://192.0.2.7", "192.0.2.7"),
        ("http://courant", "http://courant", "courant"),
    ],
)
def test_the_address_is_written_as_browsers_send_it(tmp_path, given, taken, allowed):
    settings = start(tmp_path, SITE_URL=given)
    assert settings["SITE_URL"] == taken
    assert settings["CSRF_TRUSTED_ORIGINS"] == [taken]
    assert settings["ALLOWED_HOSTS"][0] == allowed


@pytest.mark.parametrize(
    ("variable", "given", "setting", "taken"),
    [
        ("LISTEN", "::", "LISTEN", "::"),
        ("LISTEN", "[::1]", "LISTEN", "::1"),
        ("LISTEN", "localhost", "LISTEN", "127.0.0.1"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS", ["*"]),
        (
            "ALLOWED_HOSTS",
            ".Bücher.example, [::1], 10.0.0.7",
            "ALLOWED_HOSTS",
            [".xn--bcher-kva.example", "[::1]", "10.0.0.7"],
        ),
        ("LANGUAGE_CODE", "zh_Hans", "LANGUAGE_CODE", "zh-hans"),
        ("LOG_LEVEL", "debug", "LOG_LEVEL", "DEBUG"),
        ("DEFAULT_FROM_EMAIL", "Low Water <ada@example.org>", "DEFAULT_FROM_EMAIL", "Low Water <ada@example.org>"),
        ("PORT", " 8001 ", "SITE_URL", "http://localhost:8001"),
    ],
)
def test_what_is_meant_is_taken(tmp_path, variable, given, setting, taken):
    assert start(tmp_path, **{variable: given})[setting] == taken


def test_pictures_lie_in_a_folder_or_in_an_object_store(tmp_path):
    def stored(url):
        settings = start(tmp_path, PICTURES_URL=url)
        return settings["STORAGES"]["default"], settings["SECURE_CSP"]["img-src"][3:]

    folder = {"BACKEND": "core.storage.disk.WholeFileStorage", "OPTIONS": {"location": "/srv/my pictures"}}
    assert stored("file:///srv/my%20pictures") == (folder, [])
    entry, origins = stored("s3://key:se%2Fcret@s3.example.org:9000/news/low/water?region=eu-1&tls=never")
    assert entry["BACKEND"] == "core.storage.objects.ObjectStore"
    place = {"bucket_name": "news", "location": "low/water", "endpoint_url": "http://s3.example.org:9000"}
    who = {"access_key": "key", "secret_key": "se/cret", "region_name": "eu-1", "public_url": ""}
    assert entry["OPTIONS"] == place | who
    assert origins == ["http://s3.example.org:9000"]
    entry, origins = stored("s3://key:secret@s3.example.org/news/low?public=true")
    assert entry["OPTIONS"]["public_url"] == "https://s3.example.org/news/low"
    entry, origins = stored("s3://s3.example.org/news?public=https://pictures.example.org/")
    assert (entry["OPTIONS"]["access_key"], entry["OPTIONS"]["public_url"]) == (None, "https://pictures.example.org")
    assert origins == ["https://s3.example.org", "https://pictures.example.org"]


def test_https_that_nobody_vouches_for_is_not_redirected_to_for_ever(tmp_path):
    alone = start(tmp_path, SITE_URL="https://a.example")
    assert (alone["SECURE_SSL_REDIRECT"], alone["SESSION_COOKIE_SECURE"]) == (False, True)
    assert start(tmp_path, SITE_URL="https://a.example", TRUST_PROXY_TLS="true")["SECURE_SSL_REDIRECT"]


def test_subdomains_and_lists_of_browsers_are_only_spoken_for_when_asked(tmp_path):
    names = ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    settings = start(tmp_path, SITE_URL="https://a.example")
    assert [settings[name] for name in names] == [False, False]
    settings = start(tmp_path, SITE_URL="https://a.example", HSTS_SUBDOMAINS="true", HSTS_PRELOAD="true")
    assert [settings[name] for name in names] == [True, True]


def checked(tmp_path, *arguments, **variables):
    """What `manage.py check` says with this environment."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **variables}
    command = [sys.executable, "manage.py", "check", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)  # noqa: S603


def test_what_a_command_says_of_odd_values_is_one_sentence_each_and_no_traceback(tmp_path):
    answer = checked(tmp_path, PORT="eighty", MAIL_URL=f"smtp://ada:{SECRET}/@h")
    assert answer.returncode == os.EX_CONFIG
    assert "Traceback" not in answer.stderr
    assert "PORT: Write a whole number." in answer.stderr
    assert "MAIL_URL: Percent-encode" in answer.stderr
    assert SECRET not in answer.stderr


@pytest.mark.parametrize("url", ["anymail://postmark", "anymail://postmark?server_token=hunter2&colour=red"])
def test_a_mail_service_that_was_not_told_all_or_too_much_stops_each_command(tmp_path, url):
    answer = checked(tmp_path, MAIL_URL=url)
    assert answer.returncode == 1
    assert "MAIL_URL: " in answer.stderr
    assert SECRET not in answer.stderr


def test_https_without_a_proxy_that_says_so_is_warned_about(tmp_path):
    answer = checked(tmp_path, SITE_URL="https://a.example")
    assert answer.returncode == 0
    assert "TRUST_PROXY_TLS" in answer.stderr


def test_every_odd_value_is_reported_at_once(tmp_path):
    with pytest.raises(EnvError, match=r"DEBUG.*PORT|PORT.*DEBUG"):
        start(tmp_path, DEBUG="perhaps", PORT="eighty")


def test_a_database_server_that_never_speaks_is_not_waited_for_for_ever(tmp_path):
    started = start(tmp_path, DATABASE_URL="postgres://h/d?sslmode=require", SECRET_KEY="known")
    options = started["DATABASES"]["default"]["OPTIONS"]
    assert options == {"connect_timeout": 10, "sslmode": "require"}


def test_lists_forgive_spaces(tmp_path):
    assert start(tmp_path, ALLOWED_HOSTS="a.example, b.example")["ALLOWED_HOSTS"] == ["a.example", "b.example"]


def test_a_mail_service_is_told_what_the_environment_says_but_no_empty_key(tmp_path):
    variables = {"ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": "key", "ANYMAIL_RESEND_SIGNING_SECRET": ""}
    told = start(tmp_path, **variables, ANYMAIL_DEBUG_API_REQUESTS="False")["ANYMAIL"]
    assert told == {"WEBHOOK_SECRET": "", "MAILGUN_WEBHOOK_SIGNING_KEY": "key", "DEBUG_API_REQUESTS": False}
