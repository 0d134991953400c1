"""Reads of answers: the letter and the package of a case, once they may leave, and what a letter is made of.

What is not sealed in the verified log is not found here by anybody outside.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanah.core.data_requests.documents import compute_document_hash
from amanah.core.data_requests.facts import RequestFacts, parse_facts
from amanah.core.data_requests.held import OFFICES, Holdings, build_holdings
from amanah.core.data_requests.letters import Decided, Request
from amanah.core.data_requests.packages import Package as ReadPackage
from amanah.core.data_requests.packages import PackageItem as Item
from amanah.core.data_requests.packages import parse_package
from amanah.core.data_requests.scopes import Scope, parse_scope
from amanah.core.errors import RefusedError
from amanah.request_door.answers.models import Letter, Package, PackageItem
from amanah.request_door.decisions.models import Decision, State
from amanah.request_door.decisions.queries import find_answer, find_decision, list_decisions
from amanah.request_door.jurisdictions.queries import get_pack_in_force
from amanah.request_door.records.log_copy import get_view
from amanah.request_door.records.queries import find_seal, is_period_in_log, list_openings
from amanah.request_door.requests.models import DataRequest, Facts
from amanah.request_door.requests.queries import (
    compute_answer_day,
    find_instrument,
    find_request_by_reference,
    get_request,
)
from amanah.request_door.requests.receiving import AnswerLink, ReleasedAnswer

GIVING = ("narrow", "comply")
BY_FORM = "form"


class NothingToGiveError(RefusedError):
    """No decision of this case gives anything, or what it gives was given."""

    code = "nothing-to-give"


@dataclass(frozen=True)
class PackageDesk:
    """The package of a case as trustees put it together: the decision, what may be given, and what is there.

    `waiting` is the package that was put to signature as it stands.
    """

    answer: Decision
    scope: Scope
    items: tuple[PackageItem, ...]
    given: Package | None
    waiting: Decision | None


def find_released_answer(reference: str) -> ReleasedAnswer | None:
    """Give the newest answer that has left this door, and what can be fetched by the secret link."""
    letter = find_letter(reference)
    decision = find_decision(str(letter.decision)) if letter else None
    if letter is None or decision is None or letter.released_on is None:
        return None
    links = [AnswerLink("letter-pdf", "letter-pdf"), AnswerLink("letter-text", "letter-text")]
    if not decision.is_by_rule:
        links.append(AnswerLink("decision", "request-decision"))
    if find_package_behind_link(reference) is not None:
        links.append(AnswerLink("package", "request-package"))
    return ReleasedAnswer(decision.body["outcome"], letter.released_on, tuple(links))


def list_receipt_links(reference: str) -> tuple[AnswerLink, ...]:
    """Give the receipt of a request that waits, once the record that it came stands sealed in the log."""
    if find_receipt_period(reference) is None:
        return ()
    return (AnswerLink("receipt-pdf", "receipt-pdf"), AnswerLink("receipt-text", "receipt-text"))


def find_letter(reference: str) -> Letter | None:
    """Find the newest letter of a case that was released."""
    letters = Letter.objects.filter(reference=reference, released_on__isnull=False)
    return letters.order_by("-sealed_in").first()


def list_waiting_letters() -> list[Letter]:
    """List the letters whose decisions were not seen sealed yet."""
    return list(Letter.objects.filter(released_on__isnull=True).order_by("decision"))


def list_waiting_packages() -> list[Package]:
    """List the packages that were decided and were not seen sealed yet."""
    # The clock asks every second: what is given is not read until somebody fetches it.
    decided = Package.objects.defer("content").filter(released_on__isnull=True).exclude(disclosure="")
    return list(decided.order_by("package_hash"))


def find_released_package(reference: str) -> Package | None:
    """Find the package of a case that may be given."""
    released = Package.objects.defer("content").filter(reference=reference, released_on__isnull=False)
    return released.first()


def find_package_behind_link(reference: str) -> Package | None:
    """Find the package that the secret link gives: of a request that its body handed in itself, and of no other.

    Whoever wrote a request down at the counter knows its link too; trustees hand such a package over themselves.
    """
    request = find_request_by_reference(reference)
    return find_released_package(reference) if request and request.channel == BY_FORM else None


def find_decided_package(answer: str) -> Package | None:
    """Find the package that was decided for an answer."""
    return Package.objects.defer("content").filter(decision=answer).exclude(disclosure="").first()


def find_package(package_hash: str) -> Package | None:
    """Find any package that was put together here, by its hash."""
    return Package.objects.filter(package_hash=package_hash).first()


def find_package_of(disclosure: str) -> Package | None:
    """Find the package that a decision to give something is about, signed or not."""
    decision = find_decision(disclosure)
    if decision is None or decision.kind != "disclosure-made":
        return None
    return find_package(decision.body["package"])


def read_package(package_hash: str) -> ReadPackage | None:
    """Read what a package holds, for who has to sign it."""
    found = find_package(package_hash)
    return parse_package(bytes(found.content)) if found else None


def get_package_desk(reference: str) -> PackageDesk:
    """Give what a package is made from; refuse where k trustees have not signed that anything is given."""
    answer = find_answer(reference)
    body = answer.body if answer else {}
    if answer is None or body["outcome"] not in GIVING or body["scope"] is None or answer.is_by_rule:
        raise NothingToGiveError("No decision of this case gives anything.")
    items = PackageItem.objects.filter(reference=reference).order_by("name")
    given = find_decided_package(str(answer.decision))
    waiting = next(
        (
            one
            for one in list_decisions(reference)
            if (one.kind, one.state) == ("disclosure-made", State.DRAFT)
        ),
        None,
    )
    return PackageDesk(answer, parse_scope(body["scope"]), tuple(items), given, waiting)


def build_item(item: PackageItem) -> Item:
    """Give an item as packages hold it."""
    return Item(
        name=str(item.name),
        content=bytes(item.content),
        category=str(item.category),
        person=str(item.person),
        since=item.since,
        until=item.until,
    )


def find_receipt_period(reference: str) -> int | None:
    """Find the period in the verified log that holds the first record of a request."""
    numbers = [opening["number"] for opening in list_openings(reference)]
    sealed = sorted(number for number in numbers if isinstance(number, int))
    return sealed[0] if sealed and is_period_in_log(sealed[0]) else None


def read_holdings() -> Holdings:
    """Read what every office declared last in the verified log; before the first reading nobody declared anything."""
    view = get_view()
    declared: dict[str, Iterable[Any]] = {}
    for entry in view.list_entries("holdings_declared") if view else ():
        if entry.by in OFFICES:
            declared.setdefault(entry.by, [tuple(row) for row in entry.body["columns"]])
    return build_holdings(declared)


def build_request(reference: str, facts_hash: str = "") -> Request:
    """Give a request as letters tell of it, by the facts that were decided on."""
    stored = get_request(reference)
    facts = _read_facts(facts_hash or str(stored.facts_hash))
    pack, _data = get_pack_in_force()
    return Request(facts, find_instrument(stored, pack), stored.received_on, compute_answer_day(stored))


def build_decided(decision: Decision, today: date) -> Decided:
    """Give a decision as letters tell of it."""
    body = decision.body
    telling = body["telling"]
    document = None if decision.is_by_rule else compute_document_hash(bytes(decision.document))
    sealed = find_seal(bytes(decision.record))
    if sealed is None:
        raise NothingToGiveError("The record of this decision is not sealed yet.")
    return Decided(
        outcome=body["outcome"],
        reasons=tuple(body["reasons"]),
        scope=parse_scope(body["scope"]) if body["scope"] else None,
        decided_on=decision.decided_on or today,
        decision=None if document is None else str(decision.decision),
        document=document,
        facts=body["facts"],
        rules=body["rules"],
        pack=body["pack"],
        sealed=sealed,
        telling_reason=telling["reason"],
        telling_until=date.fromisoformat(telling["until"]) if telling["until"] else None,
    )


def find_case(reference: str) -> DataRequest | None:
    """Find a case for the desk."""
    return DataRequest.objects.filter(reference=reference).first()


def _read_facts(facts_hash: str) -> RequestFacts:
    return parse_facts(bytes(Facts.objects.get(facts_hash=facts_hash).document))
