"""Pages about jurisdiction packs. They are the same for everybody, and read no cookie, header or query."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amanah.request_door.jurisdictions.queries import (
    find_pack,
    get_pack_in_force,
    get_version,
    list_faulty_files,
    list_packs,
)
from amanah.request_door.jurisdictions.showing import build_shown_pack
from amanah.web.pages import public_page

JSON = "application/json"


def _get_version(**_kwargs: Any) -> object:
    return get_version()


@require_safe
@public_page(_get_version)
def show_jurisdictions(request: HttpRequest) -> HttpResponse:
    """Every pack, which one is in force here, and what is wrong with files that cannot be used."""
    language = get_language() or "en"
    context = {
        "packs": [build_shown_pack(found, language) for found in list_packs()],
        "in_force": get_pack_in_force()[0].code,
        "faulty": list_faulty_files(),
    }
    return render(request, "jurisdictions/jurisdictions.html", context)


@require_safe
@public_page(_get_version)
def show_jurisdiction(request: HttpRequest, code: str) -> HttpResponse:
    """Who can demand what in one country."""
    found = find_pack(code)
    if found is None:
        raise Http404
    context = {
        "pack": build_shown_pack(found, get_language() or "en"),
        "is_in_force": get_pack_in_force()[0].code == code,
    }
    return render(request, "jurisdictions/jurisdiction.html", context)


@require_safe
@public_page(_get_version)
def send_pack_in_force(_request: HttpRequest) -> HttpResponse:
    """The pack that decisions are made under, byte for byte."""
    return HttpResponse(get_pack_in_force()[1], content_type=JSON)


@require_safe
@public_page(_get_version)
def send_pack(_request: HttpRequest, code: str) -> HttpResponse:
    """One pack, byte for byte."""
    found = find_pack(code)
    if found is None:
        raise Http404
    return HttpResponse(found.data, content_type=JSON)
