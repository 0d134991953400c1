"""Writes of the counter: taking in what an outside body asks, what its paper says, closing and destroying.

It never decides anything: rules and trustees do. Whatever it writes, it records in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils.crypto import salted_hmac

from amanah.core.data_requests.facts import (
    Channel,
    RequestFacts,
    Secrecy,
    compute_facts_hash,
    encode_facts,
    encode_reference,
)
from amanah.core.data_requests.scopes import Scope
from amanah.core.encoding import JsonValue, compute_hash
from amanah.core.errors import RefusedError
from amanah.request_door.records.actions import append_record, lock_log, record_secrecy
from amanah.request_door.requests.models import CounterDay, DataRequest, Facts, InstrumentFile, State
from amanah.request_door.requests.paper_reasons import PaperReason
from amanah.request_door.requests.queries import (
    compute_paper_hash,
    compute_status_hash,
    get_facts,
    get_pack,
    get_request,
)
from amanah.request_door.requests.receiving import AFTER_READING, AFTER_RECEIPT

FEWEST_A_DAY, SPREAD_A_DAY = 10, 20
MOST_REFUSED_PAPERS_A_DAY = 10


class CounterFullError(RefusedError):
    """More requests came in today through the form than people can read."""

    code = "request-counter-full"


class RequestClosedError(RefusedError):
    """The case is closed; nothing about it changes any more."""

    code = "request-closed"


@dataclass(frozen=True)
class Ask:
    """What came in, as it was said; `officer` and `words` stay out of the facts."""

    body_name: str
    officer: str
    words: str
    channel: Channel
    language: str
    instrument: str
    signed_by: str
    asked: Scope
    asks_collection: bool
    secrecy: Secrecy
    is_paper_shown: bool = False
    taken_in_by: str = ""


@dataclass(frozen=True)
class PaperReading:
    """What a trustee read in the paper itself."""

    ordered: Scope | None
    instrument: str
    signed_by: str
    secrecy: Secrecy


@transaction.atomic
def record_request(ask: Ask, *, secret: bytes, salt: bytes, paper: bytes | None, today: date) -> DataRequest:
    """Store a request; the same form sent twice is one request, because its secret came with the form."""
    # Before it looks: the same form sent twice at one moment, and the last place of a day, have one winner.
    lock_log()
    reference = compute_reference(secret)
    known = DataRequest.objects.filter(reference=reference).first()
    if known is not None:
        return known
    if ask.channel == "form" and _count_forms(today) >= compute_most_a_day(today):
        raise CounterFullError(
            "This counter has taken in all it can read today; write a letter or come tomorrow."
        )
    facts = RequestFacts(
        asked=ask.asked,
        asks_collection=ask.asks_collection,
        channel=ask.channel,
        document=None if paper is None else compute_paper_hash(paper),
        instrument=ask.instrument,
        jurisdiction=get_pack().code,
        ordered=None,
        reference=reference,
        salt=salt,
        secrecy=ask.secrecy,
        signed_by=ask.signed_by,
    )
    if paper is not None:
        InstrumentFile.objects.create(reference=reference, content=paper)
    stored = DataRequest.objects.create(
        reference=reference,
        status_hash=compute_status_hash(secret),
        body_name=ask.body_name,
        officer=ask.officer,
        jurisdiction=facts.jurisdiction,
        instrument=ask.instrument,
        channel=ask.channel,
        language=ask.language,
        asked_for=ask.words,
        facts_hash=_keep_facts(facts),
        received_on=today,
        is_paper_shown=ask.is_paper_shown,
        taken_in_by=ask.taken_in_by,
        state=State.RECEIVED,
    )
    secrecy = _find_secrecy(facts)
    if secrecy is not None:
        record_secrecy(reference, secrecy, None)
    append_record("request-received", reference, _build_receipt(stored, facts), is_secret=secrecy is not None)
    _tell(AFTER_RECEIPT, stored)
    return stored


@transaction.atomic
def record_facts(reference: str, reading: PaperReading, *, salt: bytes) -> str:
    """Make what a trustee read the facts in force; give their new hash, under which everybody signs anew (3.5)."""
    stored = get_request(reference)
    if stored.state != State.RECEIVED:
        raise RequestClosedError("This case is closed; its facts stand.")
    old = get_facts(reference)
    facts = replace(
        old,
        ordered=reading.ordered,
        instrument=reading.instrument,
        signed_by=reading.signed_by,
        secrecy=reading.secrecy,
        jurisdiction=get_pack().code,
        salt=salt,
    )
    stored.facts_hash = _keep_facts(facts)
    stored.instrument, stored.jurisdiction = facts.instrument, facts.jurisdiction
    stored.save(update_fields=["facts_hash", "instrument", "jurisdiction"])
    before, after = _find_secrecy(old), _find_secrecy(facts)
    if after is not None and after != before:
        record_secrecy(reference, after, None)
    # A reading ends no secrecy: one trustee alone could open a secret order. The answer does, which k have signed.
    body: dict[str, JsonValue] = {"facts": str(stored.facts_hash)}
    append_record("request-amended", reference, body, is_secret=after is not None)
    _tell(AFTER_READING, stored)
    return str(stored.facts_hash)


@transaction.atomic
def record_refused_paper(reason: PaperReason, *, today: date) -> bool:
    """Record that a paper could not be taken in; beyond a few a day it is only said to whoever sent it.

    Otherwise anybody could fill the private log, and the letters that wait behind it (7.4, 7.5) with it.
    """
    CounterDay.objects.exclude(day=today).delete()
    counted, _is_new = CounterDay.objects.get_or_create(day=today, defaults={"refused_papers": 0})
    if counted.refused_papers >= MOST_REFUSED_PAPERS_A_DAY:
        return False
    counted.refused_papers += 1
    counted.save(update_fields=["refused_papers"])
    append_record("file-refused", None, {"reason": reason})
    return True


@transaction.atomic
def close_request(reference: str, *, today: date) -> None:
    """Close a case; what it holds stays until its time for complaints is over."""
    stored = get_request(reference)
    if stored.state != State.RECEIVED:
        raise RequestClosedError("This case is closed already.")
    stored.state, stored.closed_on = State.CLOSED, today
    stored.save(update_fields=["state", "closed_on"])


@transaction.atomic
def destroy_request(reference: str) -> None:
    """Destroy what names anybody: officer, body, words, the facts in every version, and the paper (3.7)."""
    stored = get_request(reference)
    if stored.state not in {State.CLOSED, State.DESTROYED}:
        raise RequestClosedError("Only a closed case can be destroyed.")
    InstrumentFile.objects.filter(reference=reference).delete()
    Facts.objects.filter(reference=reference).delete()
    stored.body_name = stored.officer = stored.asked_for = stored.taken_in_by = ""
    stored.state = State.DESTROYED
    stored.save(update_fields=["body_name", "officer", "asked_for", "taken_in_by", "state"])


def compute_reference(secret: bytes) -> str:
    """Give the reference number: random like its secret, which it does not give away."""
    return encode_reference(compute_hash("amanah/request-reference/v1", secret)[:8])


def compute_most_a_day(today: date) -> int:
    """Give how many forms are taken in on a day: another number each day, that only this door can compute.

    With one that is known, whoever fills the counter up would count the requests under secrecy that came before (8.7).
    """
    drawn = salted_hmac("amanah.request-door.most-a-day", today.isoformat(), algorithm="sha256").digest()
    return FEWEST_A_DAY + int.from_bytes(drawn[:8]) % SPREAD_A_DAY


def _count_forms(today: date) -> int:
    return DataRequest.objects.filter(received_on=today, channel="form").count()


def _keep_facts(facts: RequestFacts) -> str:
    document = encode_facts(facts)
    facts_hash = compute_facts_hash(document)
    Facts.objects.get_or_create(
        facts_hash=facts_hash, defaults={"reference": facts.reference, "document": document}
    )
    return facts_hash


def _build_receipt(stored: DataRequest, facts: RequestFacts) -> dict[str, JsonValue]:
    return {
        "asks_class": facts.asked.is_class,
        "body_name": str(stored.body_name),
        "categories": [*facts.asked.categories],
        "channel": facts.channel,
        "facts": str(stored.facts_hash),
        "instrument": facts.instrument,
        "jurisdiction": facts.jurisdiction,
        "people": len(facts.asked.people),
        "since": facts.asked.since.isoformat() if facts.asked.since else None,
        "until": facts.asked.until.isoformat() if facts.asked.until else None,
    }


def _find_secrecy(facts: RequestFacts) -> str | None:
    """Give the law that keeps a request out of everything public, from its first record on (8.4, 8.7)."""
    instrument = get_pack().find(facts.instrument)
    is_ordered = facts.secrecy == "ordered" and instrument is not None
    return instrument.secrecy.code if is_ordered and instrument and instrument.secrecy else None


def _tell(hooks: list[Callable[[DataRequest], None]], stored: DataRequest) -> None:
    for hook in hooks:
        hook(stored)
