"""Putting the next panel to signature: from then on it is a decision like every other."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amanah.request_door.decisions.actions import draft_decision
from amanah.request_door.trustees.proposals import ProposalUnfitError, state_proposal
from amanah.request_door.trustees.queries import find_proposal
from amanah.request_door.trustees.refusals import find_problem_words
from amanah.request_door.trustees.views.access import require_account, trustee_only
from amanah.web.desk import record_notice


@trustee_only
@require_POST
def put_change(request: HttpRequest) -> HttpResponse:
    """Put the panel to signature: from now on it is a decision like every other."""
    proposal, now = find_proposal(), timezone.now()
    if proposal is None:
        raise Http404
    try:
        with transaction.atomic():
            panel_hash = state_proposal(proposal)
            decision = draft_decision(
                "panel-changed",
                {"next": panel_hash},
                by=require_account(request).account,
                now=int(now.timestamp()),
            )
    except ProposalUnfitError as unfit:
        record_notice(request, "no", find_problem_words(unfit.problem))
        return HttpResponseRedirect(reverse("panel-change"))
    record_notice(request, "yes", _("The trustees are asked to sign this panel. You too."))
    return HttpResponseRedirect(reverse("decision", kwargs={"decision": decision}))
