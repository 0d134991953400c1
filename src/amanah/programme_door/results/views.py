"""Pages and files of results. They read no cookie, no header and no query, and answer everybody with the same bytes."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from amanah.programme_door.public.queries import get_public_version
from amanah.programme_door.results.queries import find_comparison, find_results_page, find_wave
from amanah.programme_door.results.spreadsheet import encode_table
from amanah.programme_door.surveys.queries import (
    find_plan_bytes,
    find_plan_words,
    find_results_bundle,
    find_results_bytes,
)
from amanah.web.pages import public_page, send_file

JSON = "application/json"


def _version(**_kwargs: Any) -> object:
    """Results appear without an entry of the log, so that the minute is part of it."""
    return get_public_version(timezone.now())


def _get_published_version(**_kwargs: Any) -> object:
    """Only what is published is ever kept, and that stays as it is."""
    return "published"


@public_page(_version)
def show_results(request: HttpRequest, occasion: str) -> HttpResponse:
    """What was answered, with how sure that is; before closing, when it will be known."""
    page = find_results_page(occasion, _get_language())
    if page is None:
        raise Http404
    return render(request, "results/results.html", {"page": page, "now": timezone.now()})


@public_page(_version)
def show_comparison(request: HttpRequest, occasion: str, other: str) -> HttpResponse:
    """Two waves side by side, and what changed."""
    comparison = find_comparison(occasion, other, _get_language())
    if comparison is None:
        raise Http404
    return render(request, "results/compare.html", {"comparison": comparison})


@public_page(_version)
def send_table(_request: HttpRequest, occasion: str) -> HttpResponse:
    """All numbers for a spreadsheet, with words in the language of the address."""
    wave = find_wave(occasion, _get_language())
    if wave is None:
        raise Http404
    return HttpResponse(encode_table(wave.reading, wave.said), content_type="text/csv; charset=utf-8")


@public_page(_get_published_version)
def send_plan(_request: HttpRequest, occasion: str) -> HttpResponse:
    """The plan, byte for byte as its hash stands in the public log."""
    return _send(find_plan_bytes(occasion))


@public_page(_get_published_version)
def send_words(_request: HttpRequest, occasion: str) -> HttpResponse:
    """What members read, byte for byte as its hash stands in the plan."""
    return _send(find_plan_words(occasion))


@public_page(_get_published_version)
def send_results(_request: HttpRequest, occasion: str) -> HttpResponse:
    """The results, byte for byte as anybody computes them."""
    return _send(find_results_bytes(occasion))


@public_page(_get_published_version)
def send_results_bundle(_request: HttpRequest, occasion: str) -> HttpResponse | FileResponse:
    """Answers, plan, words and results in one file, which the verifier reads."""
    path = find_results_bundle(occasion)
    if path is None:
        raise Http404
    return send_file(path, JSON)


def _send(data: bytes | None) -> HttpResponse:
    if data is None:
        raise Http404
    return HttpResponse(data, content_type=JSON)


def _get_language() -> str:
    return get_language() or "en"
