"""Django settings of each department, built from the one configuration; they never name another department's database.

There is no "production" switch: what is safe is the default; what differs follows from the configured addresses.
"""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jinja2 import BaseLoader, FileSystemLoader

from amanah.core.errors import MisconfiguredError
from amanah.web.assets import STATIC, WEB, compute_assets_version
from amanah.web.config import Config, Department, Process, load_config

LANGUAGES = [("en", "English"), ("ar", "العربية")]
DESK_PATH = "/desk"
SHORTEST_SECRET = 50
_ONE_YEAR = 365 * 86_400
_WORKING_DAY = 10 * 3_600

_ALIASES: dict[Department, dict[str, str]] = {
    "card": {"default": "card"},
    "programme": {"default": "programme", "spending": "spending"},
    "request": {"default": "request"},
    "log": {"default": "log"},
}
_APPS: dict[Department, list[str]] = {
    "card": ["amanah.card_door"],
    "programme": [
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "amanah.programme_door.staff",
        "amanah.programme_door.programmes",
        "amanah.programme_door.sessions",
        "amanah.programme_door.surveys",
        "amanah.programme_door.reports",
        "amanah.programme_door.trust",
        "amanah.programme_door.scopes",
        "amanah.programme_door.credentials",
        "amanah.programme_door.roots",
        "amanah.programme_door.educators",
        "amanah.programme_door.occasions",
        "amanah.programme_door.spending",
        "amanah.programme_door.worked_example",
    ],
    "request": [
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "amanah.request_door",
        "amanah.request_door.records",
        "amanah.request_door.rules",
        "amanah.request_door.trustees",
        "amanah.request_door.requests",
        "amanah.request_door.decisions",
        "amanah.request_door.answers",
        "amanah.request_door.asks",
    ],
    "log": ["amanah.log_service"],
}
_DESK_COOKIES: dict[Process, str] = {"programme": "desk", "request": "request-desk"}
_SILENCED_WITH_PAGES = {
    "security.W003": "OwnOriginMiddleware refuses foreign posts by Sec-Fetch-Site and Origin: no token, no cookie.",
    "fields.W163": "Purposes are read from the models; SQLite has no place for comments on columns.",
    "security.W021": "Preloading is the operator's choice for a whole domain, not ours.",
}
_SILENCED_WITHOUT_PAGES = {
    "security.W001": "No request ever reaches Django in this department; its gate is plain ASGI.",
    "security.W002": "The same.",
    "security.W003": "The same.",
    "security.W020": "The same.",
    "fields.W163": "Purposes are read from the models; SQLite has no place for comments on columns.",
}


def build_settings(department: Department, config: Config | None = None) -> dict[str, Any]:
    """Give all Django settings of one department, or raise MisconfiguredError with what the operator must do."""
    config = config or load_config()
    settings = {
        "AMANAH": config,
        "DEBUG": False,
        "SECRET_KEY": _read_secret(config.keys(department) / "django-secret.key"),
        "INSTALLED_APPS": list(_APPS[department]),
        "DATABASES": {
            alias: _describe_database(config.database(name)) for alias, name in _ALIASES[department].items()
        },
        "DATABASE_ROUTERS": [],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "USE_I18N": True,
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "LOCALE_PATHS": [str(WEB / "locale")],
        "LOGGING_CONFIG": None,
        "SILENCED_SYSTEM_CHECKS": list(_SILENCED_WITHOUT_PAGES),
    }
    if department == "programme":
        settings |= _build_page_settings(config, "programme") | _build_staff_settings(config, "programme")
        settings["DATABASE_ROUTERS"] = ["amanah.programme_door.router.SpendingRouter"]
    elif department == "request":
        settings |= _build_page_settings(config, "request") | _build_staff_settings(config, "request")
    _quieten_logs()
    return settings


def get_config() -> Config:
    """Give the configuration that the running department was built from."""
    from django.conf import settings

    config: Config = settings.AMANAH
    return config


def _build_page_settings(config: Config, process: Process) -> dict[str, Any]:
    door = urlsplit(config.urls[process])
    is_https = door.scheme == "https"
    version = compute_assets_version()
    static_root = config.folder("programme" if process == "programme" else "request") / "static" / version
    hosts = [door.hostname or ""] if is_https else ["localhost", "127.0.0.1", "[::1]"]
    return {
        "AMANAH_PROCESS": process,
        "ALLOWED_HOSTS": hosts,
        "ROOT_URLCONF": f"amanah.{process}_door.urls",
        "APPEND_SLASH": True,
        "MIDDLEWARE": [
            "amanah.web.middleware.WholeBodyMiddleware",
            "amanah.web.middleware.HeadersMiddleware",
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "amanah.web.middleware.OwnOriginMiddleware",
            "amanah.web.middleware.LanguageMiddleware",
            "amanah.web.middleware.ErrorsMiddleware",
            "django.middleware.common.CommonMiddleware",
        ],
        "LOCALE_PATHS": [str(WEB.parent / f"{process}_door" / "locale"), str(WEB / "locale")],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [str(WEB / "templates")],
                "APP_DIRS": False,
                "OPTIONS": {
                    "environment": "amanah.web.templating.build_environment",
                    "loader": _build_loader(process),
                    "auto_reload": False,
                },
            }
        ],
        "STATIC_URL": f"/static/{version}/",
        "STATIC_ROOT": str(static_root) if static_root.is_dir() else None,
        "STORAGES": {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}},
        "STATICFILES_DIRS": [str(STATIC)],
        "STATICFILES_FINDERS": ["django.contrib.staticfiles.finders.FileSystemFinder"],
        # Compressed copies are made by `amanah init`; without those of this release the package's own files are served.
        "WHITENOISE_USE_FINDERS": not static_root.is_dir(),
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
        "WHITENOISE_IMMUTABLE_FILE_TEST": _is_versioned,
        "SECURE_SSL_REDIRECT": is_https and config.behind_proxy,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if config.behind_proxy else None,
        "SECURE_HSTS_SECONDS": _ONE_YEAR if is_https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": is_https,
        "SECURE_HSTS_PRELOAD": False,
        "SECURE_REFERRER_POLICY": "no-referrer",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_048_576,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2_000,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 1,
        "FILE_UPLOAD_HANDLERS": ["amanah.web.uploads.BoundedUploadHandler"],
        "SILENCED_SYSTEM_CHECKS": [
            *_SILENCED_WITH_PAGES,
            # A proxy that ends TLS without telling us cannot be answered with a redirect: it would loop.
            *([] if config.behind_proxy else ["security.W008"]),
        ],
    }


def _build_loader(process: Process) -> BaseLoader:
    """Find a door's own templates first, then those that every page stands on."""
    door = WEB.parent / f"{process}_door"
    folders = [door / "templates", *sorted(door.glob("*/templates")), WEB / "templates"]
    return FileSystemLoader([str(folder) for folder in folders])


def _build_staff_settings(config: Config, process: Process) -> dict[str, Any]:
    """Staff sign in at the desk of their door; the cookie's path keeps it away from every page that others open."""
    is_https = config.urls[process].startswith("https://")
    middleware = _build_page_settings(config, process)["MIDDLEWARE"]
    # Browsers send a cookie to every port of a host: two desks on one machine need two names.
    name = _DESK_COOKIES[process]
    place = middleware.index("amanah.web.middleware.LanguageMiddleware")
    return {
        "MIDDLEWARE": [*middleware[:place], "amanah.web.desk.DeskSessionMiddleware", *middleware[place:]],
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "SESSION_COOKIE_NAME": f"__Secure-{name}" if is_https else name,
        "SESSION_COOKIE_PATH": DESK_PATH,
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_AGE": _WORKING_DAY,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    }


def _describe_database(url: str) -> dict[str, Any]:
    if url.startswith("sqlite:///"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 10,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MisconfiguredError(
            [f"The key {path} cannot be read ({error.strerror}); run amanah init."]
        ) from error
    if len(secret) < SHORTEST_SECRET:
        raise MisconfiguredError(
            [f"The key {path} is too short to be one of ours; run amanah init in a new folder."]
        )
    return secret


def _is_versioned(_path: str, url: str) -> bool:
    """Everything under the versioned prefix may be kept for ever: a new release has a new prefix."""
    return url.startswith("/static/")


def _quieten_logs() -> None:
    """Keep addresses, paths and hosts out of every log line; ErrorsMiddleware says what broke and where in the code."""
    for name in (
        "django.server",
        "django.request",
        "django.security",
        "django.db.backends",
        "django.template",
    ):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
