"""Writes `spec/vectors/credentials/proofs.json`: `python -m tests.core.credentials.proof_vectors`.

Every refused document but those with a broken signature is signed as it stands: only what it says is wrong.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import base58

from amanah.core.credentials import proofs
from amanah.core.credentials.authorisations import build_authorisation
from amanah.core.credentials.identifiers import build_verification_method
from amanah.core.credentials.proofs import JCS, RDFC, attach_proofs, compute_proof_input, sign_document
from amanah.core.credentials.root_lists import build_root_list
from tests.core.credentials.written import (
    COMMUNITY,
    CREATED,
    OTHER,
    ROOT,
    ROOT_LIST,
    SIGNED,
    build_did,
    build_key,
    sign,
    sign_list,
)

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "credentials"
FILE = "proofs.json"
Document = dict[str, Any]
NAMED_IN_FULL = "https://www.w3.org/2018/credentials#"
BADGE_IN_FULL = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
XSD_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"


def build_vectors() -> Document:
    """Give documents whose proofs hold, and documents that a reader refuses, with the step that says so."""
    return {
        "keys": {build_did(number): (bytes([number]) * 32).hex() for number in (COMMUNITY, ROOT, OTHER)},
        "good": [*_list_good()],
        "refused": [*_list_wrong_proofs(), *_list_wrong_graphs()],
    }


def encode_vectors(vectors: Document) -> str:
    """Give the text of the file."""
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"


def _list_good() -> list[Document]:
    unsigned = build_authorisation(SIGNED)
    key = build_key(ROOT)
    alone = {suite: sign_document(unsigned, key, created=CREATED, suites=(suite,)) for suite in (JCS, RDFC)}
    strange = {**alone[JCS]["proof"][0], "cryptosuite": "ecdsa-rdfc-2019", "proofValue": "z1"}
    cases = [
        ("both", sign(unsigned, ROOT), [JCS, RDFC]),
        ("jcs alone", alone[JCS], [JCS]),
        ("rdfc alone", alone[RDFC], [RDFC]),
        ("one proof without a list", {**unsigned, "proof": alone[JCS]["proof"][0]}, [JCS]),
        ("a proof of an unknown kind beside", {**unsigned, "proof": [strange, *alone[JCS]["proof"]]}, [JCS]),
        ("a member that no context defines, under jcs", _sign_jcs({**unsigned, "seenByAll": "yes"}), [JCS]),
    ]
    lists = sign_list(build_root_list(ROOT_LIST), COMMUNITY)
    return [
        *(_write(name, document, suites=suites) for name, document, suites in cases),
        {**_write("a root list", lists, suites=[JCS]), "issuer": build_did(COMMUNITY)},
    ]


def _list_wrong_proofs() -> list[Document]:
    both = sign(build_authorisation(SIGNED), ROOT)
    context = both["@context"]
    text = both["proof"][0]["proofValue"]
    short = "z" + base58.b58encode(bytes(32)).decode()
    changes: list[tuple[str, Callable[[Document], object], str, str]] = [
        ("no proof", lambda d: d.pop("proof"), "wrong", "3.2"),
        ("an empty list of proofs", lambda d: d.update(proof=[]), "wrong", "3.2"),
        ("nine proofs", lambda d: d.update(proof=d["proof"][:1] * 9), "unreadable", "3.1"),
        ("a proof that is text", lambda d: d.update(proof=["signed"]), "unreadable", "3.1"),
        ("no known kind", lambda d: [p.update(cryptosuite="none") for p in d["proof"]], "wrong", "3.2"),
        ("the first is broken", lambda d: d["proof"][0].update(proofValue=_break(d, 0)), "wrong", "3.2"),
        ("the second is broken", lambda d: d["proof"][1].update(proofValue=_break(d, 1)), "wrong", "3.2"),
        ("the values are exchanged", _exchange, "wrong", "3.2"),
        ("another moment", _put(created="2026-11-25T20:00:01Z"), "wrong", "3.2"),
        ("a moment that is none", _put(created="today"), "unreadable", "3.1"),
        ("another purpose", _put(proofPurpose="authentication"), "unreadable", "3.1"),
        ("another type", _put(type="Ed25519Signature2020"), "unreadable", "3.1"),
        ("another key", _put(verificationMethod=_name_key(OTHER)), "wrong", "3.2"),
        ("a key that is to be fetched", _put(verificationMethod="https://x.invalid/#k"), "wrong", "3.2"),
        ("a chain of proofs", _put(previousProof="urn:x:y"), "unreadable", "3.1"),
        ("a proof that runs out", _put(expires=CREATED), "unreadable", "3.1"),
        ("a proof for one place", _put(domain="x.invalid"), "unreadable", "3.1"),
        ("a proof of the first context alone", _put(**{"@context": context[:1]}), "unreadable", "3.1"),
        ("hexadecimal", _put(proofValue="f" + "00" * 64), "unreadable", "3.1"),
        ("half a signature", _put(proofValue=short), "unreadable", "3.1"),
        ("a signature with a space", _put(proofValue=text + " "), "unreadable", "3.1"),
        ("a signature that is no text", _put(proofValue=1), "unreadable", "3.1"),
        ("another name", lambda d: d.update(name="Everything"), "wrong", "3.2"),
        ("another giver", lambda d: d["issuer"].update(id=build_did(OTHER)), "wrong", "3.2"),
        ("a giver on the web", lambda d: d["issuer"].update(id="did:web:x.invalid"), "wrong", "3.2"),
        ("no giver", lambda d: d.pop("issuer"), "unreadable", "2.1"),
    ]
    cases = []
    for name, change, kind, step in changes:
        document = copy.deepcopy(both)
        change(document)
        cases.append(_write(name, document, code=_CODES[kind], step=step))
    return cases


def _list_wrong_graphs() -> list[Document]:
    """Give what one signature of `eddsa-rdfc-2022` holds up without holding up every word."""
    unsigned = build_authorisation(SIGNED)
    alone = sign_document(unsigned, build_key(ROOT), created=CREATED, suites=(RDFC,))
    until, subject, types = unsigned["validUntil"], unsigned["credentialSubject"], unsigned["type"]
    no_status = {name: value for name, value in alone.items() if name != "credentialStatus"}
    no_end = {name: value for name, value in alone.items() if name != "validUntil"}
    in_full = {"@type": XSD_TIME, "@value": until}
    itself = {"id": alone["id"], "type": types, "validUntil": until}
    status, end = (NAMED_IN_FULL + name for name in ("credentialStatus", "validUntil"))
    cases = [
        ("a term that no context defines", {**alone, "unsignedExtra": "also a mufti"}),
        ("the same, deeper", {**alone, "credentialSubject": {**subject, "unsignedExtra": "mufti"}}),
        ("a member that is null", {**alone, "image": None}),
        ("an empty list", {**alone, "termsOfUse": []}),
        ("a list in a list", {**alone, "evidence": [alone["evidence"]]}),
        ("one thing twice in a list", {**alone, "type": [*types, types[0]]}),
        ("the status spelled in full", {**no_status, status: alone["credentialStatus"]}),
        ("the end spelled in full", {**no_end, end: in_full}),
        ("the end moved aside", {**no_end, "@included": [itself]}),
        ("the end moved deeper", {**no_end, "relatedResource": itself}),
        ("a type spelled in full", {**alone, "type": [types[0], BADGE_IN_FULL]}),
        ("a label for an identifier", {**alone, "credentialSubject": {**subject, "id": "_:b0"}}),
        ("an identifier that is not absolute", {**alone, "image": "pictures/1.png"}),
        ("an identifier that leaves its line", {**alone, "image": "urn:x:y> <urn:x:z"}),
    ]
    context = alone["@context"]
    contexts = [
        ("a context that is not there", {**alone, "@context": [*context, "https://x.invalid/v1"]}),
        ("a context of its own", {**alone, "@context": [*context, {"unsignedExtra": "urn:x:y"}]}),
        ("a context twice", {**alone, "@context": context * 2}),
    ]
    unsigned_words = {"@context": ["https://x.invalid/v1"], "type": ["Evidence"], "name": "Words"}
    contexts += [
        (
            "another context under jcs",
            _sign_jcs({**unsigned, "@context": [*context, "https://x.invalid/v1"]}),
        ),
        ("another context inside, under jcs", _sign_jcs({**unsigned, "evidence": [unsigned_words]})),
    ]
    return [
        _write(name, document, code=_CODES["unreadable"], step=step)
        for step, named in (("3.3", cases), ("3.5", contexts))
        for name, document in named
    ]


_CODES = {"wrong": proofs.CredentialProofError.code, "unreadable": "credential-unreadable"}


def _write(name: str, document: Document, **more: Any) -> Document:
    return {"name": name, "document": document, "issuer": None, **more}


def _sign_jcs(document: Document) -> Document:
    message = compute_proof_input(document, JCS, did=build_did(ROOT), created=CREATED)
    return attach_proofs(document, build_did(ROOT), CREATED, {JCS: build_key(ROOT).sign(message)})


def _put(**members: object) -> Callable[[Document], None]:
    return lambda document: document["proof"][0].update(members)


def _break(document: Document, place: int) -> str:
    signature = bytearray(base58.b58decode(document["proof"][place]["proofValue"][1:]))
    signature[5] ^= 1
    return "z" + base58.b58encode(bytes(signature)).decode()


def _exchange(document: Document) -> None:
    first, second = document["proof"]
    first["proofValue"], second["proofValue"] = second["proofValue"], first["proofValue"]


def _name_key(number: int) -> str:
    return build_verification_method(build_did(number))


if __name__ == "__main__":
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
