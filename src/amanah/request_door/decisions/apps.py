"""Names the decisions of the request door to Django, and joins them to what comes in at the counter."""

import time
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision
    from amanah.request_door.requests.models import DataRequest


class DecisionsConfig(AppConfig):
    """The label under which these migrations are recorded."""

    name = "amanah.request_door.decisions"
    label = "decisions"

    def ready(self) -> None:
        """Ask the rules whenever a request comes in or was read, and carry out what is decided about this door."""
        from amanah.request_door.decisions.carrying_out import CARRY_OUT
        from amanah.request_door.requests.receiving import AFTER_READING, AFTER_RECEIPT

        AFTER_RECEIPT.append(_decide_at_once)
        AFTER_READING.append(_follow_reading)
        CARRY_OUT["panel-changed"] = _change_panel
        CARRY_OUT["rules-changed"] = _change_rules
        CARRY_OUT["statement-made"] = _make_statements


def _decide_at_once(request: "DataRequest") -> None:
    from amanah.request_door.decisions.actions import decide_by_rules

    decide_by_rules(request, now=int(time.time()))


def _follow_reading(request: "DataRequest") -> None:
    from amanah.request_door.decisions.actions import follow_reading

    follow_reading(request)


def _change_panel(decision: "Decision", now: int) -> None:
    from amanah.request_door.decisions.actions import overtake_all_drafts
    from amanah.request_door.decisions.carrying_out import list_signatures
    from amanah.request_door.trustees.actions import apply_panel_change
    from amanah.request_door.trustees.log_state import check_log_was_read

    check_log_was_read()
    apply_panel_change(
        decision.body["next"], decision=bytes(decision.document), approvals=list_signatures(decision), now=now
    )
    overtake_all_drafts()


def _change_rules(decision: "Decision", _now: int) -> None:
    from amanah.core.data_requests.documents import parse_document
    from amanah.request_door.decisions.actions import overtake_all_answers
    from amanah.request_door.rules.actions import apply_rules_change

    apply_rules_change(decision.body["next"], at=parse_document(bytes(decision.document)).at)
    overtake_all_answers()


def _make_statements(decision: "Decision", now: int) -> None:
    from datetime import date

    from amanah.request_door.decisions.carrying_out import get_day
    from amanah.request_door.records.actions import record_statements

    body = decision.body
    record_statements(
        body["codes"],
        made_on=decision.decided_on or get_day(now),
        expires_on=date.fromisoformat(body["expires_on"]),
    )
