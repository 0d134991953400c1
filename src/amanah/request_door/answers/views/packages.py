"""The letter and the package of a case at the desk: putting items together, putting them to signature, closing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanah.core.data_requests.packages import PackageUnfitError
from amanah.core.errors import AmanahError, RefusedError
from amanah.request_door.answers.actions import (
    add_item,
    close_without_package,
    state_package,
    withdraw_item,
)
from amanah.request_door.answers.forms import ItemForm
from amanah.request_door.answers.queries import (
    BY_FORM,
    NothingToGiveError,
    PackageDesk,
    build_item,
    find_case,
    find_letter,
    find_package_of,
    get_package_desk,
)
from amanah.request_door.answers.showing import describe_item, find_unfit_words
from amanah.request_door.decisions.wording import describe_scope
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice


@trustee_only
@require_http_methods(["GET", "HEAD", "POST"])
def show_package(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what may be given and what was put together; a post adds one item."""
    case = find_case(reference)
    if case is None:
        raise Http404
    try:
        desk = get_package_desk(reference)
    except NothingToGiveError:
        return _show(request, case, None, None)
    if request.method != "POST":
        return _show(request, case, desk, ItemForm(scope=desk.scope, initial=_get_days(desk)))
    form = ItemForm(request.POST, request.FILES, scope=desk.scope)
    if not form.is_valid():
        return _show(request, case, desk, form, status=422)
    try:
        add_item(reference, form.build_item())
    except PackageUnfitError as unfit:
        form.add_error(None, find_unfit_words(unfit))
        return _show(request, case, desk, form, status=422)
    except RefusedError:
        record_notice(
            request, "no", _("Nothing can be added any more: something was given, or the case is closed.")
        )
    return _back(reference)


@trustee_only
@require_POST
def drop_item(request: HttpRequest, reference: str, item: str) -> HttpResponse:
    """Take one item out of the package."""
    try:
        withdraw_item(reference, item)
    except RefusedError:
        record_notice(request, "no", _("Nothing can be taken out any more."))
    return _back(reference)


@trustee_only
@require_POST
def put_package(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the package as it stands to signature."""
    now = int(timezone.now().timestamp())
    try:
        decision = state_package(reference, by=require_account(request).account, now=now)
    except PackageUnfitError as unfit:
        record_notice(request, "no", find_unfit_words(unfit))
        return _back(reference)
    except AmanahError:
        record_notice(
            request,
            "no",
            _("This package cannot be put to signature: something was given, or the case is closed."),
        )
        return _back(reference)
    return HttpResponseRedirect(reverse("decision", kwargs={"decision": decision}), status=303)


@trustee_only
@require_POST
def close_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a case of which nothing exists that could be given."""
    try:
        close_without_package(reference, now=int(timezone.now().timestamp()))
    except RefusedError:
        record_notice(
            request,
            "no",
            _("The case cannot be closed yet: its letter has not left, or it is closed already."),
        )
    else:
        record_notice(request, "yes", _("The case is closed. Nothing was given."))
    return _back(reference)


@trustee_only
@require_safe
def send_desk_letter(_request: HttpRequest, reference: str) -> HttpResponse:
    """Send the released letter to a trustee, as the body has it."""
    letter = find_letter(reference)
    if letter is None:
        raise Http404
    response = HttpResponse(bytes(letter.paper), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="letter-{reference}.pdf"'
    return response


@trustee_only
@require_safe
def send_signed_package(_request: HttpRequest, decision: str) -> HttpResponse:
    """Send a trustee the package that a decision is about, byte for byte, so that nobody signs what was not read."""
    package = find_package_of(decision)
    if package is None:
        raise Http404
    response = HttpResponse(bytes(package.content), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="package-{package.reference}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _show(
    request: HttpRequest, case: Any, desk: PackageDesk | None, form: ItemForm | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "case": case,
        "letter": find_letter(str(case.reference)),
        "desk": desk,
        "scope": describe_scope(desk.scope) if desk else None,
        "items": [(one, describe_item(build_item(one))) for one in desk.items] if desk else [],
        "is_by_link": case.channel == BY_FORM,
        "is_open": desk is not None and desk.given is None and case.state == "received",
        "form": form,
    }
    return render(request, "answers/package.html", context, status=status)


def _get_days(desk: PackageDesk) -> dict[str, Any]:
    return {"since": desk.scope.since, "until": desk.scope.until}


def _back(reference: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("case-package", kwargs={"reference": reference}), status=303)
