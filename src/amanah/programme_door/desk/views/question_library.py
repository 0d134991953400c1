"""Adding questions that others, or an earlier survey, asked before. It shows every word before adding it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanah.core.errors import RefusedError
from amanah.programme_door.desk.views.programmes import READING, read_clock
from amanah.programme_door.desk.views.surveys import require_survey
from amanah.programme_door.error_words import explain_refusal
from amanah.programme_door.occasions.queries import find_occasion
from amanah.programme_door.question_library.actions import append_earlier_questions, append_template
from amanah.programme_door.question_library.queries import (
    find_template,
    list_repeatable_surveys,
    list_templates_for,
)
from amanah.programme_door.staff.views.access import organiser_only
from amanah.web.desk import record_notice


@organiser_only
@require_http_methods(READING)
def choose_templates(request: HttpRequest, occasion: str) -> HttpResponse:
    """Show all templates and earlier surveys; add what is chosen, whole."""
    survey = require_survey(occasion)
    if request.method == "POST":
        return _add(request, occasion)
    language = get_language() or "en"
    context = {
        "survey": survey,
        "is_announced": find_occasion(occasion) is not None,
        "templates": list_templates_for(occasion, language),
        "earlier": list_repeatable_surveys(occasion, language),
    }
    return render(request, "desk/survey_templates.html", context)


def _add(request: HttpRequest, occasion: str) -> HttpResponse:
    template = find_template(request.POST.get("template", ""))
    earlier = {survey.occasion for survey in list_repeatable_surveys(occasion, get_language() or "en")}
    wanted = request.POST.get("earlier", "")
    try:
        if template is not None:
            added = append_template(occasion=occasion, template=template, now=read_clock())
        elif wanted in earlier:
            added = append_earlier_questions(occasion=occasion, earlier=wanted, now=read_clock())
        else:
            return HttpResponseRedirect(reverse("survey-templates", kwargs={"occasion": occasion}))
    except RefusedError as error:
        record_notice(request, "no", explain_refusal(error))
        return HttpResponseRedirect(reverse("survey-templates", kwargs={"occasion": occasion}))
    words = ngettext("%(count)s question is added.", "%(count)s questions are added.", len(added))
    record_notice(request, "yes", words % {"count": len(added)} + " " + _("Read them once as members will."))
    return HttpResponseRedirect(reverse("desk-survey", kwargs={"occasion": occasion}))
