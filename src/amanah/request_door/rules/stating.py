"""Saying in the public log by which rules, pack and pace this door works, whenever that is not what it said last."""

from typing import Any

from django.db import transaction

from amanah.core.data_requests.rules import compute_rules_hash
from amanah.core.public_log.entries import parse_entry
from amanah.core.public_log.schemas import REQUEST_DOOR
from amanah.request_door.jurisdictions.packs_on_disk import compute_pack_hash
from amanah.request_door.jurisdictions.queries import get_pack_in_force
from amanah.request_door.models import OutboxEntry
from amanah.request_door.records.entries import append_log_entry
from amanah.request_door.records.log_copy import get_view
from amanah.request_door.rules.queries import get_rules_in_force
from amanah.web.settings import get_config

KIND = "request_rules_stated"


def state_rules(now: int) -> None:
    """State the rules where the log, or an entry on its way there, does not say the same already."""
    view = get_view()
    if view is None:
        return
    body = _build_body()
    said = [entry.body for entry in view.list_entries(KIND) if entry.by == REQUEST_DOOR]
    if body in (said[-1:] + _list_waiting()):
        return
    with transaction.atomic():
        append_log_entry(KIND, None, body, at=now)


def _build_body() -> dict[str, Any]:
    _, rules = get_rules_in_force()
    pack, pack_bytes = get_pack_in_force()
    pacing = get_config().pacing
    return {
        "jurisdiction": pack.code,
        "pack": compute_pack_hash(pack_bytes),
        "report_every": pacing.report_every,
        "rules": compute_rules_hash(rules),
        "seal_every": pacing.seal_every,
    }


def _list_waiting() -> list[dict[str, Any]]:
    entries = [parse_entry(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    return [dict(entry.body) for entry in entries if entry.kind == KIND]
