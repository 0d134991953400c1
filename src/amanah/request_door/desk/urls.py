"""Addresses of the desk."""

from django.urls import URLPattern, path

from amanah.request_door.desk.views import counter, panel, putting, today

translated: list[URLPattern] = []
untranslated: list[URLPattern] = []
desk: list[URLPattern] = [
    path("", today.show_today, name="desk"),
    path("panel/", panel.show_panel, name="desk-panel"),
    path("panel/change/", panel.show_change, name="panel-change"),
    path("panel/change/begin/", panel.begin_change, name="begin-panel-change"),
    path("panel/change/drop/", panel.drop_change, name="drop-panel-change"),
    path("panel/change/put/", putting.put_change, name="put-panel-change"),
    path("panel/change/add/", panel.add_trustee, name="add-trustee"),
    path("panel/change/<slug:seat>/", panel.change_trustee, name="change-trustee"),
    path("panel/change/<slug:seat>/remove/", panel.remove_trustee, name="remove-trustee"),
    path("panel/change/<slug:seat>/key/", panel.ask_for_key, name="ask-for-key"),
    path("panel/change/<slug:seat>/keep/", panel.keep_keys, name="keep-keys"),
    path("counter/invite/", counter.invite_to_counter, name="invite-to-counter"),
    path("counter/<slug:account>/remove/", counter.remove_from_counter, name="remove-from-counter"),
]
