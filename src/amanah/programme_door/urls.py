"""Addresses of the programme door. Pages for members carry a language and never a cookie; the desk is the reverse."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

import amanah.programme_door.error_words  # noqa: F401  # gives this door's refusals their words
from amanah.programme_door.credentials import urls as credentials
from amanah.programme_door.educators import urls as educators
from amanah.programme_door.log import urls as log
from amanah.programme_door.public import urls as public
from amanah.programme_door.reports import urls as reports
from amanah.programme_door.results import urls as results
from amanah.programme_door.roots import urls as roots
from amanah.programme_door.scopes import urls as scopes
from amanah.programme_door.trust import urls as trust
from amanah.web.pages import redirect_to_language
from amanah.web.views import show_components

without_language = [
    path("", redirect_to_language),
    path("join/", redirect_to_language),
    path("card/", redirect_to_language),
    path("card/restore/", redirect_to_language),
    path("kiosk/", redirect_to_language),
    path("what-we-hold/", redirect_to_language),
    path("recount/<occasion:occasion>/", redirect_to_language),
    path("log/", redirect_to_language),
    path("log/entries/", redirect_to_language),
    path("log/<index:index>/", redirect_to_language),
    path("programmes/<slug:slug>/", redirect_to_language),
    path("sessions/<occasion:occasion>/here/", redirect_to_language),
    path("surveys/<occasion:occasion>/answer/", redirect_to_language),
    path("surveys/<occasion:occasion>/report/", redirect_to_language),
    path("reports/", redirect_to_language),
    path("trust/", redirect_to_language),
    path("reports/<occasion:evaluation>/", redirect_to_language),
    path("surveys/<occasion:occasion>/results/", redirect_to_language),
]

urlpatterns = [
    *public.untranslated,
    *reports.untranslated,
    *results.untranslated,
    *scopes.untranslated,
    *credentials.untranslated,
    *roots.untranslated,
    *educators.untranslated,
    path("desk/", include("amanah.programme_door.staff.urls")),
    path("desk/", include("amanah.programme_door.desk.urls")),
    path("desk/", include("amanah.programme_door.trust.urls")),
    path("desk/", include(reports.desk)),
    path("desk/", include(scopes.desk)),
    path("desk/", include(credentials.desk)),
    path("desk/", include(roots.desk)),
    path("desk/", include(educators.desk)),
    *without_language,
    *i18n_patterns(
        *public.translated,
        *reports.translated,
        *log.translated,
        *results.translated,
        *trust.translated,
        *scopes.translated,
        *credentials.translated,
        *roots.translated,
        *educators.translated,
        path("components/", show_components, name="components"),
    ),
]
