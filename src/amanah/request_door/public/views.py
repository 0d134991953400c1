"""The pages of this door that everybody reads. They set no cookie, depend on nobody, and change with reports alone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amanah.core.data_requests.statements import WHAT_THEY_CANNOT_SAY
from amanah.request_door.public.paper import print_report
from amanah.request_door.public.queries import (
    MOST_LISTED,
    encode_statements,
    find_last_line,
    find_report,
    get_counts,
    get_next_report,
    get_report_version,
    get_rules,
    list_held_columns,
    list_report_lines,
    list_rules,
    list_shown_statements,
)
from amanah.request_door.records.queries import read_report
from amanah.web.pages import public_page

JSON = "application/json"


def _read_clock() -> int:
    return int(timezone.now().timestamp())


def _get_report_version(**_kwargs: Any) -> object:
    return get_report_version(_read_clock())


def _get_rules_version(**_kwargs: Any) -> object:
    return get_rules()[1]


@require_safe
@public_page(_get_report_version)
def show_door(request: HttpRequest) -> HttpResponse:
    """Say what this door is, what will never happen, and what the last report counted."""
    context = {"counts": get_counts(), "last": find_last_line(), "next_at": get_next_report(_read_clock())}
    return render(request, "public/door.html", context)


@require_safe
def show_holdings(request: HttpRequest) -> HttpResponse:
    """List every column of this door's database, from the database itself."""
    columns = [{"title": _("What")}, {"title": _("For what")}, {"title": _("How long")}]
    rows = [
        (f"{held.table}.{held.column}", _(held.purpose_sentence), _(held.retention_sentence))
        for held in list_held_columns()
    ]
    return render(request, "public/holdings.html", {"columns": columns, "rows": rows})


@require_safe
@public_page(_get_rules_version)
def show_rules(request: HttpRequest) -> HttpResponse:
    """Every rule by which requests are decided, and the numbers that this community chose."""
    return render(request, "public/rules.html", {"rules": list_rules(), "numbers": get_rules()[0]})


@require_safe
@public_page(_get_report_version)
def show_reports(request: HttpRequest) -> HttpResponse:
    """All reports, the statements of the last one, and when the next one comes."""
    context = {
        "reports": list_report_lines(),
        "most": MOST_LISTED,
        "statements": list_shown_statements(),
        "cannot_say": _(WHAT_THEY_CANNOT_SAY),
        "next_at": get_next_report(_read_clock()),
    }
    return render(request, "public/reports.html", context)


@require_safe
@public_page(_get_report_version)
def show_report(request: HttpRequest, report: str) -> HttpResponse:
    """One report in words and tables."""
    found = find_report(report)
    if found is None:
        raise Http404
    context = {"report": found, "cannot_say": _(WHAT_THEY_CANNOT_SAY)}
    return render(request, "public/report.html", context)


@require_safe
@public_page(_get_report_version)
def send_paper(_request: HttpRequest, report: str) -> HttpResponse:
    """One report on paper."""
    found = find_report(report)
    if found is None:
        raise Http404
    return HttpResponse(print_report(found), content_type="application/pdf")


@require_safe
@public_page(_get_report_version)
def send_report(_request: HttpRequest, report: str) -> HttpResponse:
    """One report, byte for byte."""
    document = read_report(report)
    if document is None:
        raise Http404
    return HttpResponse(document, content_type=JSON)


@require_safe
@public_page(_get_report_version)
def send_statements(_request: HttpRequest) -> HttpResponse:
    """The statements of the last report."""
    return HttpResponse(encode_statements(), content_type=JSON)


@require_safe
@public_page(_get_rules_version)
def send_rules(_request: HttpRequest) -> HttpResponse:
    """The rules in force, byte for byte."""
    return HttpResponse(get_rules()[1], content_type=JSON)
