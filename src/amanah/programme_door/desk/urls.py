"""Addresses of the desk. They never carry a language: the desk keeps it in the session."""

from django.urls import path

import amanah.programme_door.converters  # noqa: F401  # makes <occasion:...> known
from amanah.programme_door.desk.views import (
    paper,
    planning,
    previews,
    programmes,
    question_library,
    questions,
    sessions,
    surveys,
    today,
)

urlpatterns = [
    path("", today.show_today, name="desk"),
    path("season/", today.open_season, name="season"),
    path("close/<occasion:occasion>/", today.close, name="close"),
    path("settings/", today.show_settings, name="settings"),
    path("community/", programmes.change_community, name="community"),
    path("invitations/", programmes.work_invitations, name="invitations"),
    path("programmes/", programmes.show_programmes, name="desk-programmes"),
    path("programmes/new/", programmes.write_new_programme, name="new-programme"),
    path("programmes/<slug:slug>/", programmes.show_programme, name="desk-programme"),
    path("programmes/<slug:slug>/change/", programmes.change_programme, name="change-programme"),
    path("programmes/<slug:slug>/sessions/new/", sessions.write_new_session, name="new-session"),
    path("programmes/<slug:slug>/surveys/new/", surveys.write_new_survey, name="new-survey"),
    path("sessions/<occasion:occasion>/", sessions.show_session, name="desk-session"),
    path("sessions/<occasion:occasion>/change/", sessions.change_session, name="change-session"),
    path("sessions/<occasion:occasion>/remove/", sessions.remove_session, name="remove-session"),
    path("sessions/<occasion:occasion>/screen/", sessions.show_screen, name="session-screen"),
    path("sessions/<occasion:occasion>/poster/", sessions.show_poster, name="session-poster"),
    path("sessions/<occasion:occasion>/scanner/", sessions.show_scanner, name="session-scanner"),
    path("surveys/planning/", planning.show_planning, name="survey-planning"),
    path("surveys/<occasion:occasion>/", surveys.show_survey, name="desk-survey"),
    path("surveys/<occasion:occasion>/change/", surveys.change_survey, name="change-survey"),
    path("surveys/<occasion:occasion>/remove/", surveys.remove_survey, name="remove-survey"),
    path(
        "surveys/<occasion:occasion>/templates/", question_library.choose_templates, name="survey-templates"
    ),
    path("surveys/<occasion:occasion>/paper/", paper.show_paper, name="survey-paper"),
    path("surveys/<occasion:occasion>/key-in/", paper.show_key_in, name="survey-key-in"),
    path("surveys/<occasion:occasion>/preview/", previews.show_preview, name="survey-preview"),
    path("surveys/<occasion:occasion>/breakdowns/", surveys.choose_breakdowns, name="survey-breakdowns"),
    path("surveys/<occasion:occasion>/new-question/", questions.choose_kind, name="new-question"),
    path(
        "surveys/<occasion:occasion>/new-question/<slug:kind>/",
        questions.write_question,
        name="write-question",
    ),
    path("surveys/<occasion:occasion>/results/", surveys.show_results, name="survey-results"),
    path("surveys/<occasion:occasion>/<slug:code>/", questions.change_question, name="change-question"),
    path("surveys/<occasion:occasion>/<slug:code>/move/", questions.move_question, name="move-question"),
    path(
        "surveys/<occasion:occasion>/<slug:code>/remove/", questions.remove_question, name="remove-question"
    ),
]
