"""Addresses of the request door. Pages for everybody carry a language and never a cookie; the desk is the reverse."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from amanah.request_door import views
from amanah.request_door.answers import urls as answers
from amanah.request_door.asks import urls as asks
from amanah.request_door.decisions import urls as decisions
from amanah.request_door.desk import urls as desk
from amanah.request_door.jurisdictions import urls as jurisdictions
from amanah.request_door.public import urls as public
from amanah.request_door.requests import urls as requests
from amanah.request_door.trustees import urls as trustees
from amanah.web.pages import redirect_to_language

_NOUNS = (public, jurisdictions, requests, answers, asks, trustees, decisions, desk)

urlpatterns = [
    path("", redirect_to_language),
    path("healthz", views.show_health),
    *(pattern for noun in _NOUNS for pattern in noun.untranslated),
    path("desk/", include([pattern for noun in _NOUNS for pattern in noun.desk])),
    *i18n_patterns(*(pattern for noun in _NOUNS for pattern in noun.translated)),
]
