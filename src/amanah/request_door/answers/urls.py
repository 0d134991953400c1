"""Addresses of letters, packages, deadlines and holds: by secret links, and at the desk."""

from django.urls import URLPattern, path

from amanah.request_door.answers.views import calendars, keeping, letters, packages

translated: list[URLPattern] = [
    path("status/<str:secret>/letter.pdf", letters.send_letter_paper, name="letter-pdf"),
    path("status/<str:secret>/letter.txt", letters.send_letter_text, name="letter-text"),
    path("status/<str:secret>/receipt.pdf", letters.send_receipt_paper, name="receipt-pdf"),
    path("status/<str:secret>/receipt.txt", letters.send_receipt_text, name="receipt-text"),
    path("status/<str:secret>/decision.json", letters.send_decision, name="request-decision"),
    path("status/<str:secret>/package.zip", letters.send_package, name="request-package"),
]
untranslated: list[URLPattern] = [
    path("calendar/<str:secret>.ics", calendars.send_calendar, name="calendar"),
]
desk: list[URLPattern] = [
    path("requests/<str:reference>/package/", packages.show_package, name="case-package"),
    path("requests/<str:reference>/package/sign/", packages.put_package, name="case-package-sign"),
    path("requests/<str:reference>/package/<str:item>/drop/", packages.drop_item, name="case-package-drop"),
    path("decisions/<str:decision>/package.zip", packages.send_signed_package, name="signed-package"),
    path("requests/<str:reference>/close/", packages.close_case, name="case-close"),
    path("requests/<str:reference>/letter.pdf", packages.send_desk_letter, name="case-letter"),
    path("deadlines/", keeping.show_deadlines, name="deadlines"),
    path("deadlines/calendar/", calendars.open_calendar, name="open-calendar"),
    path("deadlines/calendar/close/", calendars.close_calendar, name="close-calendar"),
    path("requests/<str:reference>/keeping/", keeping.show_case_keeping, name="case-keeping"),
    path("requests/<str:reference>/keeping/hold/", keeping.draft_hold, name="draft-hold"),
    path("requests/<str:reference>/keeping/look/", keeping.note_look, name="note-look"),
    path("requests/<str:reference>/keeping/telling/", keeping.draft_secrecy_end, name="draft-secrecy-end"),
    path("holds/<str:hold>/end/", keeping.draft_hold_end, name="draft-hold-end"),
]
