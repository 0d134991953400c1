"""Addresses of credentials: for givers who sign, for programs, and at the desk."""

from django.urls import URLPattern, path

import amanah.programme_door.converters  # noqa: F401  # makes <sha256:...> known
from amanah.programme_door.credentials.views import cards, endings, files, giving, issuing, papers, people

translated: list[URLPattern] = [
    path("give/<str:secret>/", giving.show_draft, name="give"),
    path("give/<str:secret>/answer/", giving.answer, name="answer-draft"),
]
untranslated = [
    path("credentials/status/<int:number>.json", files.send_status_list, name="status-list"),
    path("credentials/<sha256:document_hash>.json", files.send_statement, name="paper-file"),
    path("credentials/<uuid:name>/<sha256:document_hash>.json", files.send_paper, name="named-paper-file"),
]
desk = [
    path("papers/", papers.show_overview, name="desk-papers"),
    path("papers/give/", issuing.give, name="give-authority"),
    path("papers/take-in/", papers.take_in, name="take-in-paper"),
    path("papers/people/", people.show_people, name="desk-people"),
    path("papers/people/name/", people.change_name, name="change-name"),
    path("papers/people/key/", people.ask_for_key, name="ask-for-key"),
    path("papers/people/lost-key/", people.lose_key, name="lost-key"),
    path("papers/people/lifetime/", people.date_life, name="date-life"),
    path("papers/drafts/<sha256:secret_hash>/withdraw/", papers.withdraw, name="withdraw-draft"),
    path("papers/<sha256:document_hash>.json", files.send_paper_at_desk, name="desk-paper-file"),
    path("papers/<sha256:document_hash>.png", cards.send_card, name="paper-card"),
    path("papers/<sha256:document_hash>/", papers.show_paper, name="desk-paper"),
    path("papers/<sha256:document_hash>/end/", endings.end, name="end-authority"),
]
