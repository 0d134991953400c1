"""One file for checking without us: papers, what ended them, and a root list (`spec/credentials.md` 8).

Every paper in it is read and its proof checked as if it had come alone; the wrapping is signed by nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from amanah.core.credentials.authorisations import JWT, parse_authorisation
from amanah.core.credentials.baking import extract_baked, find_picture
from amanah.core.credentials.foreign import parse_foreign
from amanah.core.credentials.jwt import parse_jwt
from amanah.core.credentials.kinds import find_kind
from amanah.core.credentials.links import KEY_IN_HEADER
from amanah.core.credentials.members import get_list, get_members, verify_value
from amanah.core.credentials.notices import parse_notice
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.proofs import CredentialProofError, verify_document
from amanah.core.credentials.reading import LARGEST_FILE, CredentialError, encode_jcs, parse_json
from amanah.core.credentials.root_lists import parse_root_list
from amanah.core.credentials.status_lists import FIRST_CONTEXT, parse_status_list

ROOTS = "urn:amanah:roots"
MOST_PAPERS = 1_000
_TYPES = ["VerifiablePresentation"]
ENVELOPE = "EnvelopedVerifiableCredential"
_ENVELOPED_JWT = "data:application/vc+jwt,"


def build_bundle(papers: Iterable[Mapping[str, Any] | str], root_list: Mapping[str, Any]) -> dict[str, Any]:
    """Wrap signed papers, the holder's own first, and the root list; a JWT is given as its text."""
    bundle = {
        "@context": [FIRST_CONTEXT],
        "type": [*_TYPES],
        "verifiableCredential": [
            build_envelope(paper) if isinstance(paper, str) else {**paper} for paper in papers
        ],
        ROOTS: {"@type": "@json", "@value": {**root_list}},
    }
    if len(encode_jcs(bundle)) > LARGEST_FILE:
        raise _refuse("The bundle would be larger than 1 MiB. Leave out what does not belong to the chain.")
    return bundle


def build_envelope(jwt: str) -> dict[str, Any]:
    """Give a JWT the form in which a presentation holds it."""
    return {"@context": FIRST_CONTEXT, "id": _ENVELOPED_JWT + jwt, "type": ENVELOPE}


def parse_envelope(item: object) -> str:
    """Give the JWT that an envelope of a presentation holds, still unread."""
    envelope = get_members(item, "8.1", ("@context", "id", "type"))
    verify_value(envelope["@context"], FIRST_CONTEXT, "8.1", name="@context")
    if not isinstance(envelope["id"], str) or not envelope["id"].startswith(_ENVELOPED_JWT):
        raise _refuse(f"What is enveloped is no JWT: its id does not begin with {_ENVELOPED_JWT}.")
    return envelope["id"].removeprefix(_ENVELOPED_JWT)


def parse_bundle(data: bytes) -> Papers:
    """Read a bundle; what stands first in it is the holder's own."""
    return _read_bundle(parse_json(data))


def read_papers(data: bytes) -> Papers:
    """Read any one file: a bundle, a single paper of any kind, as JSON, JWT or baked into a picture, or a root list."""
    if find_picture(data) is not None:
        data = extract_baked(data).content
    if data.lstrip().startswith(b"ey"):
        return _read_jwt(data.decode("ascii", errors="replace").strip())
    document = parse_json(data)
    return _read_bundle(document) if find_kind(document) == "bundle" else _read_document(document)


def join_papers(parts: Iterable[Papers]) -> Papers:
    """Put papers of several files together; the last root list is the one in force."""
    return reduce(_join, parts, Papers())


def _join(one: Papers, other: Papers) -> Papers:
    return Papers(
        one.authorisations + other.authorisations,
        one.notices + other.notices,
        one.status_lists + other.status_lists,
        other.root_list or one.root_list,
        one.foreign + other.foreign,
    )


def _read_bundle(document: dict[str, Any]) -> Papers:
    members = get_members(document, "8.1", ("@context", "type", "verifiableCredential"), (ROOTS,))
    verify_value(members["@context"], [FIRST_CONTEXT], "8.1", name="@context")
    verify_value(members["type"], _TYPES, "8.1", name="type")
    items = get_list(members["verifiableCredential"], "8.1", name="verifiableCredential", most=MOST_PAPERS)
    papers = join_papers(_read_item(item, number) for number, item in enumerate(items, 1))
    if ROOTS not in members:
        return papers
    wrapped = get_members(members[ROOTS], "8.1", ("@type", "@value"))
    verify_value(wrapped["@type"], "@json", "8.1", name="@type")
    if not isinstance(wrapped["@value"], dict):
        raise _refuse("The root list of the bundle is no object.")
    return replace(papers, root_list=parse_root_list(wrapped["@value"]))


def _read_item(item: object, number: int) -> Papers:
    """Read one paper of a bundle; whoever reads a refusal is told which it was."""
    try:
        if not isinstance(item, dict):
            raise _refuse("It is no object.")
        if item.get("type") == ENVELOPE:
            return _read_jwt(parse_envelope(item))
        if find_kind(item) in ("bundle", "root-list"):
            raise _refuse("A bundle holds single papers, and its root list in a place of its own.")
        return _read_document(item)
    except (CredentialError, CredentialProofError) as error:
        raise type(error)(f"Paper {number} of the bundle: {error.sentence}", error.step) from error


def _read_document(document: dict[str, Any]) -> Papers:
    kind = find_kind(document)
    if kind == "root-list":
        return Papers(root_list=parse_root_list(document))
    if kind == "notice":
        return Papers(notices=(parse_notice(document),))
    if kind == "status":
        return Papers(status_lists=(parse_status_list(document),))
    # The form is looked at first: it is cheap, and a canonical graph of a stranger's making is not.
    if kind == "authorisation":
        read = parse_authorisation(document, ())
        return Papers((replace(read, suites=verify_document(document)),))
    if kind == "foreign":
        badge = parse_foreign(document, ())
        return Papers(foreign=(replace(badge, suites=verify_document(document)),))
    raise CredentialError(
        "This is the older form (Open Badges 2.0), which shows nobody who gave it. A community can record it: it"
        " signs a new paper that names this one as evidence.",
        "4.5",
    )


def _read_jwt(text: str) -> Papers:
    claims = parse_jwt(text)
    suites = (JWT,) if claims.did is not None else (KEY_IN_HEADER,)
    if find_kind(claims.document) == "foreign":
        return Papers(foreign=(parse_foreign(claims.document, suites),))
    return Papers((parse_authorisation(claims.document, suites, JWT),))


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(sentence, "8.1")
