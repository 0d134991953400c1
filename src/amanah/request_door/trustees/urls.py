"""Addresses of the panel, of sign-in and of enrolment."""

from django.urls import URLPattern, path

from amanah.request_door.trustees.views import ceremonies, founding, pages, panel

translated: list[URLPattern] = [path("panel/", panel.show_panel, name="panel")]
untranslated: list[URLPattern] = [path("panel.json", panel.send_panel_file, name="panel-file")]
desk: list[URLPattern] = [
    path("new-panel/<slug:token>/", founding.open_founding_page, name="new-panel"),
    path("founding/", founding.show_founding, name="founding"),
    path("founding/sign/ask/", founding.ask_founding_signature, name="founding-sign-ask"),
    path("founding/sign/", founding.answer_founding_signature, name="founding-sign"),
    path("founding/<slug:seat>/address/", founding.renew_address, name="founding-address"),
    path("enrol/done/", pages.show_enrolled, name="enrolled"),
    path("enrol/<slug:token>/", pages.enrol, name="enrol"),
    path("enrol/<slug:token>/ask/", ceremonies.ask_enrolment, name="enrol-ask"),
    path("enrol/<slug:token>/passkey/", ceremonies.answer_enrolment, name="enrol-passkey"),
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-in/ask/", ceremonies.ask_sign_in, name="sign-in-ask"),
    path("sign-in/passkey/", ceremonies.answer_sign_in, name="sign-in-passkey"),
    path("sign-out/", pages.sign_out, name="sign-out"),
]
