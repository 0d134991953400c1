"""What this door keeps of each case, piece by piece, as holds name it and as it is destroyed.

It lists what exists now, and nothing that could come to exist. The private log is no part of it: its rows stay.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from amanah.core.data_requests.holds import KeptMaterial
from amanah.core.data_requests.scopes import ScopeUnreadableError, parse_name
from amanah.core.encoding import parse_canonical_json
from amanah.request_door.answers.models import Hold, Letter, Package, PackageItem
from amanah.request_door.answers.queries import read_package
from amanah.request_door.decisions.queries import list_decisions, list_references_decided
from amanah.request_door.requests.models import DataRequest, State
from amanah.request_door.requests.queries import RequestUnknownError, get_facts

if TYPE_CHECKING:
    from amanah.core.data_requests.packages import Package as ReadPackage

REQUEST = "request"
ANSWER = "answer"
PACKAGE = "package"
_RECORDS = "request-records"


def list_material(reference: str) -> list[KeptMaterial]:
    """List what is kept of one case."""
    found = DataRequest.objects.filter(reference=reference).first()
    kept = [] if found is None or found.state == State.DESTROYED else [_describe_request(found)]
    received_on = found.received_on if found is not None else None
    if has_answers(reference):
        people = {*_list_answered_people(reference)}
        kept.append(_describe(f"{ANSWER} {reference}", people, received_on))
    kept += [_describe_package(package, read) for package, read in _list_given(reference)]
    return kept


def list_all_material() -> list[KeptMaterial]:
    """List what is kept of all cases, for a hold that begins."""
    return [kept for reference in list_references_kept() for kept in list_material(reference)]


def list_references_kept() -> list[str]:
    """List the cases of which anything is kept."""
    alive = DataRequest.objects.exclude(state=State.DESTROYED).values_list("reference", flat=True)
    return sorted({*alive, *list_references_answered()})


def list_references_answered() -> list[str]:
    """List the cases of which a letter, a package or a decision is kept."""
    found = {*list_references_decided()}
    for model in (Letter, Package, PackageItem):
        found.update(model.objects.order_by().values_list("reference", flat=True).distinct())
    return sorted(found)


def list_leftovers() -> list[str]:
    """List the destroyed cases of which an answer or a package is still kept, because a hold named it."""
    destroyed = DataRequest.objects.filter(state=State.DESTROYED, reference__in=list_references_answered())
    return sorted(destroyed.values_list("reference", flat=True))


def has_answers(reference: str) -> bool:
    """Tell whether decisions, letters, or what was put together and never given are kept of a case."""
    unsent = Package.objects.filter(reference=reference, disclosure="")
    is_kept = any(model.objects.filter(reference=reference).exists() for model in (Letter, PackageItem))
    return is_kept or unsent.exists() or bool(list_decisions(reference))


def list_frozen() -> set[str]:
    """List what no destruction may touch now, by the names of `list_material`."""
    return {str(name) for hold in Hold.objects.all() for name in read_materials(hold)}


def read_materials(hold: Hold) -> list[str]:
    """Give what a hold froze when it began."""
    names = parse_canonical_json(bytes(hold.materials))
    return [str(name) for name in names] if isinstance(names, list) else []


def _describe_request(found: DataRequest) -> KeptMaterial:
    reference = str(found.reference)
    people = {*_read_name(str(found.officer))}
    try:
        facts = get_facts(reference)
    except RequestUnknownError:
        pass
    else:
        people.update(facts.asked.people, facts.ordered.people if facts.ordered else ())
    return _describe(f"{REQUEST} {reference}", people, found.received_on, found.closed_on)


def _list_answered_people(reference: str) -> Iterable[str]:
    for decision in list_decisions(reference):
        scope = decision.body.get("scope")
        yield from scope["people"] if scope else ()
    yield from PackageItem.objects.filter(reference=reference).values_list("person", flat=True)


def _list_given(reference: str) -> Iterable[tuple[Package, "ReadPackage"]]:
    for package in Package.objects.filter(reference=reference).exclude(disclosure=""):
        read = read_package(str(package.package_hash))
        if read is not None:
            yield package, read


def _describe_package(package: Package, read: "ReadPackage") -> KeptMaterial:
    days = [(item.since, item.until) for item in read.items]
    return KeptMaterial(
        material=f"{PACKAGE} {package.package_hash}",
        categories=tuple(sorted({_RECORDS, *(item.category for item in read.items)})),
        people=tuple(sorted({item.person for item in read.items})),
        since=_find_edge([since for since, _ in days], min),
        until=_find_edge([until for _, until in days], max),
    )


def _find_edge(days: list[date | None], choose: Callable[[list[date]], date]) -> date | None:
    """Give the outermost of some days; an item without a day leaves that side open."""
    known = [day for day in days if day is not None]
    return choose(known) if known and len(known) == len(days) else None


def _describe(material: str, people: set[str], since: date | None, until: date | None = None) -> KeptMaterial:
    return KeptMaterial(material, (_RECORDS,), tuple(sorted(people)), since, until)


def _read_name(text: str) -> list[str]:
    try:
        return [parse_name(text)]
    except ScopeUnreadableError:
        return []
