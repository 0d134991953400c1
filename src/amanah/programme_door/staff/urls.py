"""Addresses of first run, sign-in and colleagues. They never carry a language: the desk keeps it in the session."""

from django.urls import path

from amanah.programme_door.staff.views import ceremonies, colleagues, pages

urlpatterns = [
    path("setup/<slug:token>/", pages.setup_community, name="setup"),
    path("setup/<slug:token>/account/", pages.setup_account, name="setup-account"),
    path("setup/<slug:token>/passkey/ask/", ceremonies.ask_setup_passkey, name="setup-passkey-ask"),
    path("setup/<slug:token>/passkey/", ceremonies.answer_setup_passkey, name="setup-passkey"),
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-in/passkey/ask/", ceremonies.ask_sign_in, name="sign-in-passkey-ask"),
    path("sign-in/passkey/", ceremonies.answer_sign_in_by_passkey, name="sign-in-passkey"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("settings/passkey/ask/", ceremonies.ask_further_passkey, name="further-passkey-ask"),
    path("settings/passkey/", ceremonies.answer_further_passkey, name="further-passkey"),
    path("colleagues/invite/", colleagues.invite_colleague, name="invite-colleague"),
    path("colleagues/<slug:organiser>/remove/", colleagues.remove_colleague, name="remove-colleague"),
]
