"""Addresses that exist in the tests of `amanah.web` alone."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from amanah.core.errors import InvalidInputError, RefusedError, VerificationError
from amanah.web.desk import list_new_notices, record_notice
from amanah.web.pages import camera_page, public_page, redirect_to_language
from amanah.web.views import show_components

VERSION = {"counter": 1, "rendered": 0}
ERRORS = {
    "unreadable": InvalidInputError("secret detail"),
    "unproven": VerificationError("secret detail"),
    "refused": RefusedError("secret detail"),
    "bug": ZeroDivisionError("secret detail"),
}


@public_page(version=lambda: VERSION["counter"])
def show_counter(request: HttpRequest) -> HttpResponse:
    VERSION["rendered"] += 1
    return HttpResponse(f"counter {VERSION['counter']} {request.LANGUAGE_CODE}")


@camera_page
def show_camera(request: HttpRequest) -> HttpResponse:
    return HttpResponse("camera")


def show_desk(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        record_notice(request, "yes", "Saved.")
        return HttpResponse("posted")
    return HttpResponse(f"{request.LANGUAGE_CODE} {list_new_notices(request)}")


def show_template(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"{name}.html")


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


urlpatterns = [
    path("", redirect_to_language),
    path("join/", redirect_to_language),
    path("desk/", show_desk),
    path("desk/frame/", show_template, {"name": "desk"}),
    *i18n_patterns(
        path("components/", show_components),
        path("counter/", show_counter),
        path("camera/", show_camera),
        path("frames/<str:name>/", show_template),
        path("fail/<str:kind>/", fail),
    ),
]
