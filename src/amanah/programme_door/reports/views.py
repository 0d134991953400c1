"""Reports for everybody, on the web and on paper, and planning an evaluation at the desk. Never a person's row."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.surveys.evaluation_plan import EvaluationRefusedError
from amanah.programme_door.desk.views.programmes import READING, read_clock
from amanah.programme_door.programmes.queries import get_lasting_version
from amanah.programme_door.reports.actions import EVALUATION_ID_SIZE, plan_evaluation
from amanah.programme_door.reports.evaluation_sentences import write_evaluation_report
from amanah.programme_door.reports.forms import EvaluationForm
from amanah.programme_door.reports.paper import print_report
from amanah.programme_door.reports.queries import (
    count_published,
    find_evaluation,
    find_evaluation_bytes,
    find_survey_report,
    list_askable_questions,
    list_evaluations_on_show,
    list_reported_surveys,
)
from amanah.programme_door.reports.survey_sentences import write_survey_report
from amanah.programme_door.reports.written import WrittenReport
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice
from amanah.web.pages import public_page
from amanah.web.settings import get_config

PAPER = "application/pdf"


def _version(**_kwargs: Any) -> object:
    return (*get_lasting_version(), count_published())


@public_page(_version)
def show_reports(request: HttpRequest) -> HttpResponse:
    """List every evaluation that was stated and every survey that has closed, whatever they show."""
    language = _get_language()
    context = {
        "evaluations": list_evaluations_on_show(language),
        "surveys": list_reported_surveys(language),
    }
    return render(request, "reports/reports.html", context)


@public_page(_version)
def show_survey_report(request: HttpRequest, occasion: str) -> HttpResponse:
    """The report of one closed survey."""
    report = _write_survey_report(occasion)
    paper = reverse("survey-report-pdf", kwargs={"occasion": occasion})
    return render(request, "reports/report.html", {"report": report, "paper": paper, "plan": None})


@public_page(_version)
def send_survey_report(_request: HttpRequest, occasion: str) -> HttpResponse:
    """The same on paper."""
    return HttpResponse(print_report(_write_survey_report(occasion)), content_type=PAPER)


@public_page(_version)
def show_evaluation(request: HttpRequest, evaluation: str) -> HttpResponse:
    """An evaluation: its plan from the moment it is stated, its numbers when they are published."""
    report = _write_evaluation_report(evaluation)
    paper = reverse("evaluation-pdf", kwargs={"evaluation": evaluation})
    plan = reverse("evaluation-plan", kwargs={"evaluation": evaluation})
    return render(request, "reports/report.html", {"report": report, "paper": paper, "plan": plan})


@public_page(_version)
def send_evaluation(_request: HttpRequest, evaluation: str) -> HttpResponse:
    """The same on paper."""
    return HttpResponse(print_report(_write_evaluation_report(evaluation)), content_type=PAPER)


@public_page(_version)
def send_plan(_request: HttpRequest, evaluation: str) -> HttpResponse:
    """The plan, byte for byte as its hash stands in the public log."""
    plan = find_evaluation_bytes(evaluation)
    if plan is None:
        raise Http404
    return HttpResponse(plan, content_type="application/json")


@organiser_only
def show_evaluations(request: HttpRequest) -> HttpResponse:
    """Every planned evaluation, at the desk."""
    context = {"evaluations": list_evaluations_on_show(_get_language())}
    return render(request, "reports/desk_evaluations.html", context)


@organiser_only
@require_http_methods(READING)
def write_new_evaluation(request: HttpRequest) -> HttpResponse:
    """Plan an evaluation; stating it draws the lot, and nobody can take it back."""
    form = EvaluationForm(request.POST or None, questions=list_askable_questions(_get_language()))
    if request.method == "POST" and form.is_valid():
        try:
            plan_evaluation(
                form.build_wish(), now=read_clock(), random_bytes=secrets.token_bytes(EVALUATION_ID_SIZE)
            )
        except EvaluationRefusedError:
            form.add_error(
                None, _("These programmes and waves cannot be compared in this way. Nothing was stated.")
            )
        else:
            record_notice(request, "yes", _("The evaluation is stated. Its lot is drawn."))
            return HttpResponseRedirect(reverse("desk-evaluations"))
    return render(request, "reports/desk_evaluation_new.html", {"form": form})


def _write_survey_report(occasion: str) -> WrittenReport:
    on_show = find_survey_report(occasion, _get_language())
    if on_show is None:
        raise Http404
    return write_survey_report(on_show, address=_tell_address("survey-report", occasion=occasion))


def _write_evaluation_report(evaluation: str) -> WrittenReport:
    on_show = find_evaluation(evaluation, _get_language())
    if on_show is None:
        raise Http404
    return write_evaluation_report(on_show, address=_tell_address("evaluation", evaluation=evaluation))


def _tell_address(name: str, **kwargs: str) -> str:
    """Give the whole address, which a reader of the paper needs."""
    return get_config().urls["programme"] + reverse(name, kwargs=kwargs)


def _get_language() -> str:
    return get_language() or "en"
