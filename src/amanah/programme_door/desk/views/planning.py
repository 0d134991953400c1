"""Working out how many answers a survey needs, before there is one. Nothing that is typed here is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from amanah.programme_door.desk.forms import PlanningForm
from amanah.programme_door.desk.queries import list_prospects
from amanah.programme_door.desk.views.surveys import find_people
from amanah.programme_door.staff.views.access import organiser_only


@organiser_only
def show_planning(request: HttpRequest) -> HttpResponse:
    """Show what so many people make known, and how many people something takes."""
    usual = {name: field.initial for name, field in PlanningForm.base_fields.items()}
    asked = {name: request.GET.get(name, usual[name]) for name in usual} | {"people": find_people(request)}
    if "people" in request.GET:
        asked["people"] = request.GET["people"]
    form = PlanningForm(asked)
    context: dict[str, object] = {"form": form, "prospects": []}
    if form.is_valid():
        cleaned = form.cleaned_data
        context |= cleaned
        context["prospects"] = list_prospects(
            form.build_question(), cleaned["people"], own_weight=cleaned["own_weight"]
        )
    return render(request, "desk/planning.html", context)
