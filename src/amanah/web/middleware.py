"""What every page answer carries and every request must pass; it sets no cookie and writes down no address."""

import contextlib
import logging
import traceback
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.shortcuts import render
from django.utils import timezone, translation

from amanah.core.errors import AmanahError, InvalidInputError, RefusedError, VerificationError
from amanah.web.config import Config
from amanah.web.settings import DESK_PATH, get_config
from amanah.web.words import find_error_words

logger = logging.getLogger("amanah.web")

Handler = Callable[[HttpRequest], HttpResponseBase]

NO_DEVICE = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), payment=(), serial=(), usb=()"
)
CAMERA_ONLY = NO_DEVICE.replace("camera=()", "camera=(self)")
_PIECE = 65_536
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_STATUS_OF_FAMILY: tuple[tuple[type[AmanahError], int], ...] = (
    (InvalidInputError, 400),
    (VerificationError, 422),
    (RefusedError, 409),
)


def compute_content_policy(config: Config, process: str) -> str:
    """Give the Content-Security-Policy: everything from here, and the gates as the only other places to talk to."""
    gates = ("card", "spending", "log") if process == "programme" else ("log",)
    addresses = " ".join(sorted({config.urls[gate] for gate in gates}))  # type: ignore[index]
    rules = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        f"connect-src 'self' {addresses}",
        "manifest-src 'self'",
        "worker-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        # A text that reaches innerHTML by mistake is an error, not a script; `amanah` may name worker addresses only.
        "require-trusted-types-for 'script'",
        "trusted-types amanah",
    ]
    if config.urls[process].startswith("https://"):  # type: ignore[index]
        rules.append("upgrade-insecure-requests")
    return "; ".join(rules)


class HeadersMiddleware:
    """Puts the strict headers on everything, files included; a view may only loosen the two that it sets itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        config = get_config()
        self.always = {
            "Content-Security-Policy": compute_content_policy(config, settings.AMANAH_PROCESS),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Server": "amanah",
        }
        if settings.SECURE_HSTS_SECONDS:
            # Not left to SecurityMiddleware: it stays silent when a proxy does not tell it about TLS.
            self.always["Strict-Transport-Security"] = (
                f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
            )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request and dress the answer."""
        response = self.get_response(request)
        for name, value in self.always.items():
            response.headers[name] = value
        response.headers.setdefault("Permissions-Policy", NO_DEVICE)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class WholeBodyMiddleware:
    """Reads what an answer left unread of a small body.

    The page server closes a connection whose request was not read to its end, and whoever asks again on that
    connection at that moment gets no answer: a proxy then tells a person that the place is broken.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, then read the rest of it."""
        response = self.get_response(request)
        length = request.headers.get("Content-Length") or "0"
        if length.isdecimal() and 0 < int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            with contextlib.suppress(UnreadablePostError):
                while request.read(_PIECE):
                    pass
        return response


class OwnOriginMiddleware:
    """Refuses a post that another site's page made, by what the browser itself says; needs no token and no cookie.

    Our pages send no referrer, so browsers blank the Origin of form posts: Sec-Fetch-Site is asked first.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.own_origin = get_config().urls[settings.AMANAH_PROCESS]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let reading through, and writing only from our own pages or from what is no browser at all."""
        if request.method not in _SAFE_METHODS and not self._is_own(request):
            return render(request, "403.html", status=403)
        return self.get_response(request)

    def _is_own(self, request: HttpRequest) -> bool:
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("Origin")
        if origin is not None:
            return urlsplit(origin)[:2] in {
                urlsplit(self.own_origin)[:2],
                (request.scheme, request.get_host()),
            }
        return not request.COOKIES


class LanguageMiddleware:
    """Takes the language from the path, and at the desk from the session; it never asks a cookie or an address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.time_zone = get_config().time_zone

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language that the address names."""
        language = self._choose(request)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(self.time_zone):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _choose(self, request: HttpRequest) -> str:
        offered = [code for code, _ in settings.LANGUAGES]
        if request.path_info.startswith(f"{DESK_PATH}/"):
            return self._choose_at_the_desk(request, offered)
        first = request.path_info.split("/", 2)[1]
        return first if first in offered else find_wanted_language(request, offered)

    def _choose_at_the_desk(self, request: HttpRequest, offered: list[str]) -> str:
        session = getattr(request, "session", None)
        asked = request.GET.get("language", "")
        if asked in offered:
            if session is not None:
                session["language"] = asked
            return asked
        kept = session.get("language") if session is not None else None
        return kept if kept in offered else find_wanted_language(request, offered)


def find_wanted_language(request: HttpRequest, offered: list[str]) -> str:
    """Give the first offered language that the browser asks for, or the first of all."""
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in offered:
            return code
    return offered[0]


class ErrorsMiddleware:
    """Turns the foreseen errors into pages in words, and names an unforeseen one by type and place alone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Give the page of a foreseen error; leave every other one to Django after naming where it broke."""
        for family, status in _STATUS_OF_FAMILY:
            if isinstance(error, family):
                return render(request, "error.html", {"words": find_error_words(error)}, status=status)
        if not isinstance(error, (KeyboardInterrupt, SystemExit)) and not _is_for_django(error):
            # The message of an exception can hold what a person typed: it is never logged.
            last = traceback.extract_tb(error.__traceback__)[-1]
            logger.error(
                "A page failed: %s at %s:%s in %s",
                type(error).__name__,
                last.filename,
                last.lineno,
                last.name,
            )
        return None


def _is_for_django(error: Exception) -> bool:
    from django.core.exceptions import PermissionDenied, SuspiciousOperation
    from django.http import Http404

    return isinstance(error, (Http404, PermissionDenied, SuspiciousOperation))
