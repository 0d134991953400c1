"""Addresses of the request door, one set for each language."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from amanah.request_door import views
from amanah.web.pages import redirect_to_language

urlpatterns = [
    path("", redirect_to_language),
    path("ask/", redirect_to_language),
    path("healthz", views.show_health),
    *i18n_patterns(
        path("", views.show_door, name="door"),
        path("ask/", views.ask, name="ask"),
        path("status/<str:secret>/", views.show_status, name="request-status"),
        path("what-this-door-holds/", views.show_holdings, name="door-holdings"),
    ),
]
