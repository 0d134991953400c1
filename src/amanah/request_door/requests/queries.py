"""Reads of the counter: one request by its secret link or its reference, what is open, its facts and its paper."""

import hashlib
from datetime import date, timedelta

from amanah.core.data_requests.facts import RequestFacts, parse_facts
from amanah.core.data_requests.jurisdictions import Instrument, Pack
from amanah.core.data_requests.records import parse_record
from amanah.core.encoding import JsonValue, compute_hash
from amanah.core.errors import RefusedError
from amanah.core.public_log.sealed_slots import encode_opening, parse_opening
from amanah.request_door.jurisdictions.queries import get_pack_in_force
from amanah.request_door.records.queries import is_period_in_log, list_openings
from amanah.request_door.requests.models import DataRequest, Facts, InstrumentFile, State
from amanah.request_door.rules.queries import get_rules_in_force


class RequestUnknownError(RefusedError):
    """There is no such request, or what it held was destroyed."""

    code = "request-unknown"


def find_request(secret: bytes) -> DataRequest | None:
    """Find the request that a status link belongs to."""
    return DataRequest.objects.filter(status_hash=compute_status_hash(secret)).first()


def find_request_by_reference(reference: str) -> DataRequest | None:
    """Find a request for the desk."""
    return DataRequest.objects.filter(reference=reference).first()


def get_request(reference: str) -> DataRequest:
    """Give a request that must be there."""
    found = find_request_by_reference(reference)
    if found is None:
        raise RequestUnknownError("There is no request with this reference.")
    return found


def list_open_requests() -> list[DataRequest]:
    """List what is not closed and was taken in under the rules, the longest waiting first."""
    waiting = DataRequest.objects.filter(state=State.RECEIVED).exclude(facts_hash="")
    return list(waiting.order_by("received_on", "reference"))


def list_closed_requests(closed_before: date) -> list[DataRequest]:
    """List the closed cases whose time for complaints is over."""
    closed = DataRequest.objects.filter(state=State.CLOSED, closed_on__lt=closed_before)
    return list(closed.order_by("reference"))


def get_facts(reference: str) -> RequestFacts:
    """Give the facts in force of a request."""
    return parse_facts(get_facts_document(reference))


def get_facts_document(reference: str) -> bytes:
    """Give the canonical bytes of the facts in force, whose hash decisions cite."""
    found = Facts.objects.filter(facts_hash=get_request(reference).facts_hash).first()
    if found is None:
        raise RequestUnknownError(
            "The facts of this request were destroyed, or it was never decided by rules."
        )
    return bytes(found.document)


def has_facts(request: DataRequest) -> bool:
    """Tell whether a request can be decided: it came in under the rules, and was not destroyed."""
    return Facts.objects.filter(facts_hash=request.facts_hash).exists()


def get_instrument_file(reference: str) -> bytes | None:
    """Give the paper of a request, if one was handed in."""
    found = InstrumentFile.objects.filter(reference=reference).first()
    return None if found is None else bytes(found.content)


def has_instrument_file(reference: str) -> bool:
    """Tell whether a paper was handed in, without reading it."""
    return InstrumentFile.objects.filter(reference=reference).exists()


def get_pack() -> Pack:
    """Give the jurisdiction pack by which papers are read now."""
    pack, _data = get_pack_in_force()
    return pack


def find_instrument(request: DataRequest, pack: Pack | None = None) -> Instrument | None:
    """Find what the pack in force knows of the paper of a request."""
    pack = pack or get_pack()
    return pack.find(request.instrument) if request.jurisdiction == pack.code else None


def compute_answer_day(request: DataRequest) -> date:
    """Give the day by which an answer comes: the rules' number of days, or the paper's own where that is less."""
    rules, _document = get_rules_in_force()
    instrument = find_instrument(request)
    own = instrument.answer_within_days if instrument else None
    days = rules.answer_within_days if own is None else min(own, rules.answer_within_days)
    received_on: date = request.received_on
    return received_on + timedelta(days=days)


def list_own_openings(reference: str) -> list[JsonValue]:
    """List what proves that a request stands in the log, for whoever asked; who drafted and signed stays inside."""
    openings = [parse_opening(opening) for opening in list_openings(reference)]
    return [
        encode_opening(opening)
        for opening in openings
        if parse_record(opening.record).ref == reference and is_period_in_log(opening.number)
    ]


def compute_status_hash(secret: bytes) -> bytes:
    """Give the hash under which a status link's secret is stored."""
    return compute_hash("amanah/request-status/v1", secret)


def compute_paper_hash(content: bytes) -> str:
    """Give how facts name a paper."""
    return hashlib.sha256(content).hexdigest()
