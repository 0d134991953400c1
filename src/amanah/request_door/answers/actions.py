"""Writes of answers: letters that leave once they are sealed, and packages of exactly what was decided.

Nothing leaves before its record stands in the verified log. What is given is what trustees have signed, byte for byte.
"""

import secrets
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from amanah.core.data_requests.documents import compute_document_hash
from amanah.core.data_requests.facts import SYMBOLS
from amanah.core.data_requests.packages import (
    SALT_LENGTH,
    build_package,
    check_item,
    compute_package_hash,
    verify_package,
)
from amanah.core.data_requests.packages import PackageItem as Item
from amanah.core.data_requests.scopes import parse_scope
from amanah.core.encoding import JsonValue
from amanah.core.errors import AmanahError, RefusedError
from amanah.request_door.answers.models import Letter, Package, PackageItem
from amanah.request_door.answers.paper import compute_letter_hash, print_letter
from amanah.request_door.answers.queries import (
    NothingToGiveError,
    PackageDesk,
    build_item,
    find_decided_package,
    get_package_desk,
    list_waiting_letters,
    list_waiting_packages,
)
from amanah.request_door.answers.writing import write_letter
from amanah.request_door.decisions.actions import draft_decision, overtake_disclosures
from amanah.request_door.decisions.carrying_out import get_day
from amanah.request_door.decisions.queries import find_decision, get_decision, is_released
from amanah.request_door.records.actions import append_record, end_secrecy, lock_log, record_secrecy
from amanah.request_door.records.queries import find_secrecy, is_sealed_in_log
from amanah.request_door.requests.actions import close_request
from amanah.request_door.requests.models import State
from amanah.request_door.requests.queries import get_request

if TYPE_CHECKING:
    from amanah.request_door.decisions.models import Decision


CHECK_SYMBOLS = 26


class PackageUnknownError(RefusedError):
    """The trustees have signed for a package that is not here, or is not the one of their own decision."""

    code = "package-unknown"


class PackageGivenError(RefusedError):
    """One decision gives one package."""

    code = "package-given"


class AnswerWaitsError(RefusedError):
    """The case cannot be closed: its answer has not left, or a package is on its way."""

    code = "answer-waits"


def answer_request(decision: "Decision", now: int) -> None:
    """Carry out an answer: see to secrecy, and let a letter wait until its decision is sealed."""
    reference, telling, today = str(decision.reference), decision.body["telling"], get_day(now)
    if telling["reason"] is None:
        secrecy = find_secrecy(reference)
        if secrecy is not None and secrecy.holds(today):
            end_secrecy(reference, on=today)
    else:
        until = date.fromisoformat(telling["until"]) if telling["until"] else None
        record_secrecy(reference, telling["reason"], until)
        body: dict[str, JsonValue] = {"reason": telling["reason"], "until": telling["until"]}
        append_record("telling-withheld", reference, body)
    Letter.objects.get_or_create(decision=decision.decision, defaults={"reference": reference})


def release_due(now: int) -> None:
    """Release every letter and package whose decision is sealed in the verified log; a duty of the clock.

    One that fails holds up no other: the last failure is raised when all have had their turn.
    """
    failure: Exception | None = None
    for letter in list_waiting_letters():
        try:
            release_letter(letter, now=now)
        # Whatever goes wrong with one letter, the others are somebody else's answers.
        except Exception as error:  # noqa: BLE001
            failure = error
    for package in list_waiting_packages():
        try:
            release_package(package, now=now)
        except Exception as error:  # noqa: BLE001 - as above
            failure = error
    if failure is not None:
        raise failure


def release_letter(letter: Letter, *, now: int) -> bool:
    """Write and release one letter if its decision is sealed; give whether that was done here and now."""
    decision = find_decision(str(letter.decision))
    if decision is None or not is_released(decision):
        return False
    today = get_day(now)
    written = write_letter(decision, today, check=draw_check_number())
    paper = print_letter(written)
    with transaction.atomic():
        lock_log()
        held = Letter.objects.filter(decision=letter.decision, released_on__isnull=True).first()
        if held is None:
            return False
        held.text, held.paper = written.text, paper
        held.released_on, held.sealed_in = today, written.sealed
        held.save()
        body: dict[str, JsonValue] = {"letter": compute_letter_hash(paper)}
        append_record("letter-released", str(held.reference), body)
        said = decision.body
        if said["outcome"] == "refuse" or (said["outcome"] == "comply" and said["scope"] is None):
            _close(str(held.reference), today)
    return True


def release_package(package: Package, *, now: int) -> bool:
    """Release one package if its decision and its own record are sealed; then the case is closed."""
    decision = find_decision(str(package.disclosure))
    is_sealed = decision is not None and is_released(decision) and is_sealed_in_log(bytes(package.record))
    if not is_sealed:
        return False
    today = get_day(now)
    with transaction.atomic():
        lock_log()
        waiting = Package.objects.defer("content").filter(released_on__isnull=True)
        held = waiting.filter(package_hash=package.package_hash).first()
        if held is None:
            return False
        held.released_on = today
        held.save(update_fields=["released_on"])
        _close(str(held.reference), today)
    return True


def draw_check_number() -> str:
    """Draw what is printed on one letter alone, so that its published hash confirms no guess at its words."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(CHECK_SYMBOLS))


def add_item(reference: str, item: Item) -> PackageItem:
    """Put one item into the package of a case; nothing beyond the decision that k trustees have signed."""
    with transaction.atomic():
        lock_log()
        desk = _get_open_desk(reference)
        check_item(item, desk.scope)
        # Tried as a whole, so that a second copy is refused here and not when it is put to signature.
        _build(desk, item)
        overtake_disclosures(reference)
        return PackageItem.objects.create(
            item=secrets.token_hex(8),
            reference=reference,
            name=item.name,
            content=item.content,
            category=item.category,
            person=item.person,
            since=item.since,
            until=item.until,
        )


def withdraw_item(reference: str, item: str) -> None:
    """Take one item out of the package of a case again."""
    with transaction.atomic():
        lock_log()
        _get_open_desk(reference)
        PackageItem.objects.filter(reference=reference, item=item).delete()
        overtake_disclosures(reference)


def state_package(reference: str, *, by: str, now: int) -> str:
    """Put the package as it stands to signature, and give the number of that decision."""
    with transaction.atomic():
        lock_log()
        desk = _get_open_desk(reference)
        content = _build(desk)
        overtake_disclosures(reference)
        package_hash = compute_package_hash(content)
        Package.objects.filter(decision=desk.answer.decision, disclosure="").delete()
        Package.objects.create(
            package_hash=package_hash,
            reference=reference,
            decision=desk.answer.decision,
            content=content,
        )
        body = {"decision": str(desk.answer.decision), "package": package_hash, "reference": reference}
        return draft_decision("disclosure-made", body, by=by, now=now)


def give_package(decision: "Decision", _now: int) -> None:
    """Carry out a disclosure: exactly the package that was signed, within exactly the answer that it carries out."""
    body = decision.body
    answer = get_decision(body["decision"])
    if find_decided_package(str(answer.decision)) is not None:
        raise PackageGivenError("Something was given for this decision already. One decision gives once.")
    package = Package.objects.filter(package_hash=body["package"], decision=answer.decision).first()
    is_giving = answer.is_made and not answer.is_by_rule and answer.kind == "request-answered"
    scope = answer.body["scope"] if is_giving else None
    if package is None or scope is None or str(answer.reference) != body["reference"]:
        raise PackageUnknownError("The package that was signed is not the one of this decision.")
    content = bytes(package.content)
    if compute_package_hash(content) != body["package"]:
        raise PackageUnknownError("The package is not the one that was signed.")
    try:
        read = verify_package(content, compute_document_hash(bytes(answer.document)), parse_scope(scope))
    except AmanahError as broken:
        raise PackageUnknownError("The package gives something that was not decided.") from broken
    record: dict[str, JsonValue] = {
        "items": len(read.items),
        "package": body["package"],
        "people": read.people,
    }
    package.disclosure = decision.decision
    package.record = append_record("disclosure-made", body["reference"], record)
    package.save()
    PackageItem.objects.filter(reference=body["reference"]).delete()


def close_without_package(reference: str, *, now: int) -> None:
    """Close a case whose answer allows to give something of which nothing exists; a trustee says so."""
    with transaction.atomic():
        lock_log()
        desk = _get_open_desk(reference)
        if not Letter.objects.filter(decision=desk.answer.decision, released_on__isnull=False).exists():
            raise AnswerWaitsError("The letter has not left yet. Close the case when it has.")
        PackageItem.objects.filter(reference=reference).delete()
        Package.objects.filter(decision=desk.answer.decision, disclosure="").delete()
        overtake_disclosures(reference)
        _close(reference, get_day(now))


def destroy_answers(reference: str) -> None:
    """Destroy the letters of a case, and what was never given; packages are destroyed by themselves."""
    Letter.objects.filter(reference=reference).delete()
    PackageItem.objects.filter(reference=reference).delete()
    Package.objects.filter(reference=reference, disclosure="").delete()


def destroy_package(package_hash: str) -> None:
    """Destroy what was given; its record stays."""
    Package.objects.filter(package_hash=package_hash).delete()


def _close(reference: str, today: date) -> None:
    """Close a case once; the same case may be reached by a second letter."""
    if get_request(reference).state == State.RECEIVED:
        append_record("case-closed", reference, {})
        close_request(reference, today=today)


def _get_open_desk(reference: str) -> PackageDesk:
    desk = get_package_desk(reference)
    if desk.given is not None:
        raise PackageGivenError("Something was given for this decision already. One decision gives once.")
    if get_request(reference).state != State.RECEIVED:
        raise NothingToGiveError("The case is closed. Nothing more is given.")
    return desk


def _build(desk: PackageDesk, *more: Item) -> bytes:
    """Build the package as it stands, under a fresh salt."""
    items = [*map(build_item, desk.items), *more]
    document_hash = compute_document_hash(bytes(desk.answer.document))
    salt = secrets.token_bytes(SALT_LENGTH)
    return build_package(str(desk.answer.reference), document_hash, desk.scope, items, salt=salt)
