"""The pages about who teaches, for everybody. They ask search engines to stay out; nothing searches or exports them."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from amanah.programme_door.educators.queries import (
    find_badge,
    find_bundle,
    find_educator,
    find_photograph,
    get_concern_words,
    get_page_version,
    list_educators,
)
from amanah.web.pages import public_page
from amanah.web.settings import get_config

UNLISTED = "noindex, nofollow, noarchive, nosnippet, noimageindex"
# These read and keep the wish not to be listed that each page carries, so they must be able to see it: an address that
# they may not open can still be listed by its name alone, and the name is a person's.
_READ_THE_WISH = ("Googlebot", "bingbot", "DuckDuckBot", "Applebot", "YandexBot")

Answer = HttpResponse | FileResponse


def unlisted_page(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Ask on every answer, kept ones too, that no search engine lists it."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> Answer:
        response = view(request, **kwargs)
        response.headers["X-Robots-Tag"] = UNLISTED
        return response

    return answer


def _version(**_kwargs: Any) -> object:
    return get_page_version(timezone.now())


@unlisted_page
@public_page(_version)
def show_educators(request: HttpRequest) -> HttpResponse:
    """List who teaches and agreed to be shown, by name alone."""
    educators = list_educators(_get_language(), now=timezone.now())
    return render(request, "educators/list.html", {"educators": educators})


@unlisted_page
@public_page(_version)
def show_educator(request: HttpRequest, slug: str) -> HttpResponse:
    """One page for a parent: what this person may teach, and on whose word."""
    educator = find_educator(slug, _get_language(), now=timezone.now())
    if educator is None:
        raise Http404
    context = {
        "educator": educator,
        "concern": get_concern_words(_get_language()),
        "address": tell_address(slug),
        "is_preview": False,
    }
    return render(request, "educators/educator.html", context)


@unlisted_page
@public_page(_version)
def send_bundle(_request: HttpRequest, slug: str) -> HttpResponse:
    """The line as one file that others' programs read too."""
    bundle = find_bundle(slug, now=timezone.now())
    if bundle is None:
        raise Http404
    return HttpResponse(bundle, content_type="application/json; charset=utf-8")


@unlisted_page
@public_page(_version)
def send_badge(_request: HttpRequest, slug: str) -> HttpResponse:
    """The person's own paper inside a picture of this page's code."""
    badge = find_badge(slug, tell_address(slug), now=timezone.now())
    if badge is None:
        raise Http404
    return HttpResponse(badge, content_type="image/png")


@unlisted_page
@public_page(_version)
def send_photograph(_request: HttpRequest, slug: str) -> HttpResponse:
    """The picture of somebody who agreed to show it."""
    photograph = find_photograph(slug, now=timezone.now())
    if photograph is None:
        raise Http404
    return HttpResponse(bytes(photograph.data), content_type=photograph.kind)


@public_page(version=lambda: "robots")
def send_robots(_request: HttpRequest) -> HttpResponse:
    """Ask programs to stay away from pages about people; it names none of them."""
    places = ["/educators/", *(f"/{code}/educators/" for code, _ in settings.LANGUAGES)]
    lines = [
        *(f"User-agent: {name}" for name in _READ_THE_WISH),
        "Allow: /",
        "",
        "User-agent: *",
        *(f"Disallow: {place}" for place in places),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def tell_address(slug: str) -> str:
    """Give the whole address of a page, without a language, as its code holds it."""
    return get_config().urls["programme"] + reverse("educator-short", kwargs={"slug": slug})


def _get_language() -> str:
    return get_language() or "en"
