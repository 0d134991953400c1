"""Public pages kept as rendered bytes, and the two loosened headers; a kept page never depends on who asks."""

import functools
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    QueryDict,
)
from django.utils.translation import get_language

from amanah.web.assets import compute_release_version
from amanah.web.middleware import CAMERA_ONLY, find_wanted_language
from amanah.web.settings import LANGUAGES, get_config

MOST_KEPT_PAGES = 512
# Compressed once and kept, so the slowest level costs nothing.
GZIP_LEVEL = 9
LARGEST_KEPT_FILE = 1024 * 1024
FILE_BLOCK = 256 * 1024
REVALIDATE = "public, no-cache"

Answer = HttpResponse | FileResponse
View = Callable[..., Answer]
Response = TypeVar("Response", HttpResponse, FileResponse)
Answered = TypeVar("Answered", bound=Answer)


class KeptPage(NamedTuple):
    """One rendered page under the mark it was rendered for; `zipped` are the same bytes in gzip."""

    mark: str
    body: bytes
    zipped: bytes
    content_type: str


class PageCache:
    """Rendered bytes by path and language, the least used ones dropped first."""

    def __init__(self, most: int = MOST_KEPT_PAGES) -> None:
        self.most = most
        self.pages: OrderedDict[tuple[str, str], KeptPage] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: tuple[str, str], mark: str) -> KeptPage | None:
        """Give the page kept for this key if it was rendered under this mark."""
        with self._lock:
            kept = self.pages.get(key)
            if kept is None or kept.mark != mark:
                return None
            self.pages.move_to_end(key)
        return kept

    def record(self, key: tuple[str, str], mark: str, body: bytes, content_type: str) -> KeptPage:
        """Keep one rendered page."""
        kept = KeptPage(mark, body, gzip.compress(body, GZIP_LEVEL, mtime=0), content_type)
        with self._lock:
            self.pages[key] = kept
            self.pages.move_to_end(key)
            while len(self.pages) > self.most:
                self.pages.popitem(last=False)
        return kept


KEPT_PAGES = PageCache()


@functools.lru_cache(maxsize=1)
def _compute_running_mark() -> str:
    config = get_config()
    facts = (
        config.community_name,
        config.pace,
        sorted(config.urls.items()),
        str(config.time_zone),
        config.log_origin,
    )
    return f"{compute_release_version()} {facts!r}"


def public_page(
    version: Callable[..., object], choice: Callable[[QueryDict], str] | None = None
) -> Callable[[View], View]:
    """Keep a view's rendered bytes until `version(**kwargs of the view)`, a cheap read, gives something else.

    The same bytes go to everybody, so the view MUST NOT read cookies, headers or the query; a list that can be
    narrowed reads of the query what `choice` gives in one spelling, and is kept under that.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, **kwargs: Any) -> Answer:
            language = get_language() or ""
            address = f"{request.path}?{choice(request.GET)}" if choice else request.path
            key = (address, language)
            mark = compute_page_mark(address, language, version(**kwargs))
            if request.headers.get("If-None-Match") == mark:
                return _dress(HttpResponseNotModified(), mark)
            kept = KEPT_PAGES.find(key, mark)
            if kept is not None:
                return _dress(_serve(request, kept, HttpResponse()), mark)
            response = view(request, **kwargs)
            if isinstance(response, FileResponse):
                return _dress(response, mark)
            if response.status_code == 200 and request.method in {"GET", "HEAD"}:
                kept = KEPT_PAGES.record(key, mark, response.content, response.headers["Content-Type"])
                return _dress(_serve(request, kept, response), mark)
            return response

        return answer

    return decorate


def send_file(path: Path, content_type: str) -> Answer:
    """Send a published file: a small one to be kept like a page, a large one from the disk as it is read."""
    if path.stat().st_size <= LARGEST_KEPT_FILE:
        return HttpResponse(path.read_bytes(), content_type=content_type)
    response = FileResponse(path.open("rb"), content_type=content_type)
    response.block_size = FILE_BLOCK
    return response


def compute_page_mark(path: str, language: str, version: object) -> str:
    """Give the weak ETag of a page: it changes with the release, the settings, the address and the version."""
    parts = repr((_compute_running_mark(), path, language, version))
    return f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:24]}"'


def _serve(request: HttpRequest, kept: KeptPage, response: HttpResponse) -> HttpResponse:
    """Fill a response from a kept page; pages that are the same for everybody hide nothing, so their size may tell."""
    is_zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response.content = kept.zipped if is_zipped else kept.body
    response.headers["Content-Type"] = kept.content_type
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _dress(response: Response, mark: str) -> Response:
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = REVALIDATE
    response.headers["Vary"] = "Accept-Encoding"
    return response


def camera_page(view: Callable[..., Answered]) -> Callable[..., Answered]:
    """Let this page, and no other, ask for the camera; it stands above `public_page`, so that kept pages may too."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> Answered:
        response = view(request, **kwargs)
        response.headers["Permissions-Policy"] = CAMERA_ONLY
        return response

    return answer


def redirect_to_language(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """Send an address without a language to the same address in the browser's; what follows # survives by itself."""
    language = find_wanted_language(request, [code for code, _ in LANGUAGES])
    response = HttpResponseRedirect(f"/{language}{request.path_info}")
    response.headers["Vary"] = "Accept-Language"
    return response
