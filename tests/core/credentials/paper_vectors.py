"""Writes the vectors of signed papers in `spec/vectors/credentials/`: `python -m tests.core.credentials.paper_vectors`.

Good papers are signed with both proofs; refused ones with `eddsa-jcs-2022` alone, so that only their words are wrong.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from amanah.core.credentials.authorisations import Draft, build_authorisation, parse_draft
from amanah.core.credentials.notices import Notice, NoticeDraft, build_notice, parse_notice
from amanah.core.credentials.proofs import JCS, sign_document
from amanah.core.credentials.reading import compute_document_hash
from amanah.core.credentials.root_lists import (
    RootList,
    RootListDraft,
    build_root_list,
    find_roots,
    parse_root_list,
)
from amanah.core.credentials.scopes import lies_inside
from amanah.core.credentials.status_lists import build_status_list
from amanah.core.credentials.times import encode_day, encode_time
from tests.core.credentials import authorisation_changes, notice_changes, root_list_changes
from tests.core.credentials.changes import Change, Document
from tests.core.credentials.written import (
    COLLEGE,
    COMMUNITY,
    CREATED,
    ELDER,
    ENDED,
    LIFETIME,
    OTHER,
    RECOGNISED,
    RECORDED,
    ROOT,
    ROOT_LIST,
    SIGNED,
    STATUS_LIST,
    STUDENT,
    TEACHER,
    VOID,
    WITNESSED,
    build_did,
    build_key,
    build_uuid,
    count_seconds,
    sign,
    sign_list,
)

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "credentials"
SCOPES = ("quran", "quran/hafs", "quran/hafs/juz-amma", "quranic", "quran-hafs", "fiqh")
MOMENTS = (
    count_seconds(1930, 12, 31),
    count_seconds(1931, 1, 1),
    count_seconds(2021, 10, 1) - 1,
    count_seconds(2021, 10, 1),
)
TERM_MOMENTS = (
    count_seconds(2015, 1, 1) - 1,
    count_seconds(2015, 1, 1),
    count_seconds(2031, 1, 1) - 1,
    count_seconds(2031, 1, 1),
)
# What is refused for its size alone would be most of the file.
LONG = {"501 roots"}


def build_authorisations() -> Document:
    """Give authorisations of every strength with what is read off them, and what lies inside what."""
    unending = replace(
        SIGNED, id=build_uuid(4), valid_until=None, evidence=(), status=None, may_authorise=False
    )
    drafts = {"signed": SIGNED, "witnessed": WITNESSED, "recorded": RECORDED, "least": unending}
    good = {name: sign(build_authorisation(draft), _find_signer(draft)) for name, draft in drafts.items()}
    return {
        "documents": [
            _build_case(name, document) | {"read": _tell_draft(drafts[name])}
            for name, document in good.items()
        ],
        "inside": [[inner, outer, lies_inside(inner, outer)] for inner, outer in product(SCOPES, SCOPES)],
        "keys": _list_keys(),
        "refused": [*_refuse(authorisation_changes.CHANGES, good)],
    }


def build_notices() -> Document:
    """Give notices and lifetimes with what is read off them, and at which moments a life is lived."""
    alive = replace(LIFETIME, id=build_uuid(204), subject=build_did(STUDENT), lived_until=None)
    drafts = {"ended": ENDED, "void": VOID, "lifetime": LIFETIME, "alive": alive}
    good = {
        name: sign(build_notice(draft), ROOT if name == "ended" else COMMUNITY)
        for name, draft in drafts.items()
    }
    return {
        "documents": [
            _build_case(name, document)
            | {"read": _tell_notice(drafts[name]), "lived": _tell_life(parse_notice(document))}
            for name, document in good.items()
        ],
        "keys": _list_keys(),
        "refused": [*_refuse(notice_changes.NOTICES, good)],
    }


def build_status_lists() -> Document:
    """Give status lists with the places that are set in them."""
    drafts = {
        "status-list": STATUS_LIST,
        "nothing ended": replace(STATUS_LIST, revoked=frozenset()),
        "everything ended": replace(STATUS_LIST, revoked=frozenset(range(131_072))),
    }
    good = {name: sign(build_status_list(draft), ROOT) for name, draft in drafts.items()}
    return {
        "documents": [
            _build_case(name, document)
            | {
                "count": len(drafts[name].revoked),
                "first": sorted(drafts[name].revoked)[:8],
            }
            for name, document in good.items()
        ],
        "keys": _list_keys(),
        "refused": [*_refuse(notice_changes.LISTS, good)],
    }


def build_root_lists() -> Document:
    """Give root lists, whom they recognise for what and when, and which list follows which."""
    first = sign_list(build_root_list(ROOT_LIST), COMMUNITY)
    follows = replace(
        ROOT_LIST, number=2, previous=compute_document_hash(first), dated=ROOT_LIST.dated + 86_400
    )
    lists = {
        "root-list": (ROOT_LIST, COMMUNITY),
        "the next": (replace(follows, roots=(RECOGNISED,), recorders=()), COMMUNITY),
        "another next": (replace(follows, longest_chain=2), COMMUNITY),
        "dated before": (replace(follows, dated=ROOT_LIST.dated - 1), COMMUNITY),
        "next to something else": (replace(follows, previous=bytes(32)), COMMUNITY),
        "of somebody else": (replace(follows, community=build_did(OTHER), recorders=()), OTHER),
    }
    good = {name: sign_list(build_root_list(draft), number) for name, (draft, number) in lists.items()}
    return {
        "documents": [
            _build_case(name, document)
            | {"read": _tell_list(lists[name][0]), "recognised": _tell_recognised(parse_root_list(document))}
            for name, document in good.items()
        ],
        "follows": {"before": "root-list", "good": ["the next", "another next"], "bad": [*lists][3:]},
        "keys": _list_keys(),
        "refused": [*_refuse(root_list_changes.CHANGES, {"root-list": first})],
        "terms": [
            [position, at, root.is_in_term(at)]
            for position, root in enumerate(ROOT_LIST.roots)
            for at in TERM_MOMENTS
        ],
    }


FILES: dict[str, Callable[[], Document]] = {
    "authorisations.json": build_authorisations,
    "notices.json": build_notices,
    "root_lists.json": build_root_lists,
    "status_lists.json": build_status_lists,
}


def encode_vectors(vectors: Document) -> str:
    """Give the text of a file, one case a line: documents are long, and a change of one is then one line."""
    parts = []
    for name, cases in sorted(vectors.items()):
        if isinstance(cases, list):
            parts.append(f'"{name}": [\n' + ",\n".join(f" {_encode(case)}" for case in cases) + "\n]")
        else:
            parts.append(f'"{name}": {_encode(cases)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _encode(value: Any) -> str:
    # A document keeps the order of its members; nothing that is hashed or signed depends on it.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _list_keys() -> Document:
    return {
        build_did(number): build_key(number).private_bytes_raw().hex() for number in (COMMUNITY, ROOT, OTHER)
    }


def _find_signer(draft: Draft) -> int:
    return ROOT if draft.issuer == build_did(ROOT) else COMMUNITY


def _build_case(name: str, document: Document) -> Document:
    return {"name": name, "document": document, "hash": compute_document_hash(document).hex()}


def _refuse(changes: Iterable[Change], good: dict[str, Document]) -> Iterable[Document]:
    for change in changes:
        if change.name in LONG:
            continue
        base = good[change.base]
        proof = base["proof"][0]["verificationMethod"].partition("#")[0]
        number = next(number for number in (COMMUNITY, ROOT) if build_did(number) == proof)
        unsigned = change.build({name: value for name, value in base.items() if name != "proof"})
        signed = sign_document(unsigned, build_key(number), created=CREATED, suites=(JCS,), issuer=proof)
        yield {"name": change.name, "step": change.step, "document": signed}


def _tell_draft(draft: Draft) -> Document:
    """Give what a reader makes of an authorisation, in words."""
    read = parse_draft(build_authorisation(draft))
    return {
        "giver": read.giver,
        "holder": read.holder,
        "scope": read.scope,
        "may_authorise": read.may_authorise,
        "strength": read.strength.name.lower(),
        "witnesses": [*read.witnesses],
        "valid_from": read.valid_from,
        "valid_until": read.valid_until,
        "parent": read.parent,
        "parent_hash": read.parent_hash and read.parent_hash.hex(),
        "status": read.status and [read.status.list, read.status.index],
    }


def _tell_notice(draft: NoticeDraft) -> Document:
    return {
        "kind": draft.kind,
        "subject": draft.subject,
        "valid_from": draft.valid_from,
        "lived_from": draft.lived_from and encode_day(draft.lived_from),
        "lived_until": draft.lived_until and encode_day(draft.lived_until),
    }


def _tell_life(notice: Notice) -> list[Any]:
    return [[encode_time(at), notice.lived_at(at)] for at in MOMENTS] if notice.kind == "lifetime" else []


def _tell_list(draft: RootListDraft) -> Document:
    return {
        "number": draft.number,
        "previous": draft.previous and draft.previous.hex(),
        "recorders": [draft.community, *draft.recorders],
        "roots": len(draft.roots),
    }


def _tell_recognised(read: RootList) -> list[Any]:
    asked = product(
        (build_did(ROOT), build_did(TEACHER), ELDER, COLLEGE.id), ("quran/hafs", "arabic", "arabic/grammar")
    )
    return [[giver, scope, len(find_roots(read, giver, scope))] for giver, scope in asked]


if __name__ == "__main__":
    VECTORS.mkdir(parents=True, exist_ok=True)
    for file, build in FILES.items():
        (VECTORS / file).write_text(encode_vectors(build()), encoding="utf-8")
