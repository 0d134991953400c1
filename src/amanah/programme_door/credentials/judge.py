"""Reads one stranger's file: out of a picture, by what it says it is, its proofs checked (`spec/credentials.md` 4).

It runs in the reading process alone. It fetches nothing and repairs nothing.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from amanah.core.credentials.authorisations import (
    FOREIGN,
    JWT,
    OLDER,
    OPEN_BADGES_3,
    Authorisation,
    parse_authorisation,
)
from amanah.core.credentials.baking import LARGEST_FILE, extract_baked, find_picture
from amanah.core.credentials.bundles import ENVELOPE, ROOTS, parse_envelope
from amanah.core.credentials.foreign import parse_foreign
from amanah.core.credentials.jwt import parse_jwt
from amanah.core.credentials.kinds import find_kind
from amanah.core.credentials.links import KEY_IN_HEADER
from amanah.core.credentials.members import get_list, get_members
from amanah.core.credentials.notices import parse_notice
from amanah.core.credentials.older import build_evidence, parse_older
from amanah.core.credentials.proofs import CredentialProofError, verify_document
from amanah.core.credentials.reading import CredentialError, encode_jcs, parse_json
from amanah.core.credentials.root_lists import parse_root_list
from amanah.core.credentials.status_lists import parse_status_list
from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.programme_door.credentials.papers_read import MOST_PAPERS, Paper

_COMPACT_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def judge_file(data: bytes) -> tuple[Paper, ...]:
    """Give what a file holds: one paper, or every paper of a bundle."""
    if len(data) > LARGEST_FILE:
        raise CredentialError("The file is larger than 1 MiB. Send the credential alone.", "4.1")
    picture = find_picture(data)
    content, is_older = data.strip(), False
    if picture:
        baked = extract_baked(data)
        content, is_older = baked.content, baked.kind == "older"
    file_hash = hashlib.sha256(data)
    is_older = is_older or _is_older(content)
    papers = [_judge_older(content, file_hash.digest())] if is_older else _judge_content(content)
    return tuple(replace(paper, wrapping=picture or "", file_hash=file_hash.hexdigest()) for paper in papers)


def _is_older(content: bytes) -> bool:
    is_token = _COMPACT_JWS.fullmatch(content)
    return find_kind(_parse_payload(content) if is_token else parse_json(content)) == "older"


def _judge_content(content: bytes) -> list[Paper]:
    if _COMPACT_JWS.fullmatch(content):
        return [_judge_jwt(content)]
    document = parse_json(content)
    kind = find_kind(document)
    return _judge_bundle(document) if kind == "bundle" else [_JUDGES[kind](document)]


def _judge_bundle(document: Mapping[str, Any]) -> list[Paper]:
    """Give the papers of a bundle, each held to the same rules as if it came alone; the bundle proves nothing."""
    listed = get_list(
        document.get("verifiableCredential"), "8.1", name="verifiableCredential", most=MOST_PAPERS
    )
    roots = document.get(ROOTS)
    if roots is not None:
        listed = [*listed, get_members(roots, "8.1", ("@type", "@value"))["@value"]]
    return [_judge_bundled(one, number) for number, one in enumerate(listed, 1)]


def _judge_bundled(one: object, number: int) -> Paper:
    """Judge one of several; whoever reads a refusal is told which it was."""
    try:
        if not isinstance(one, dict):
            raise CredentialError("It is no object. Send the papers alone.", "8.1")
        if one.get("type") == ENVELOPE:
            return _judge_jwt(parse_envelope(one).encode())
        kind = find_kind(one)
        if kind not in _JUDGES:
            raise CredentialError("It is no signed paper of this form. Send the papers alone.", "8.1")
        return _JUDGES[kind](one)
    except (CredentialError, CredentialProofError) as error:
        raise type(error)(f"Paper {number} of the bundle: {error.sentence}", error.step) from error


def _judge_authorisation(document: dict[str, Any]) -> Paper:
    # The form is looked at first: it is cheap, and a canonical graph of a stranger's making is not.
    read = parse_authorisation(document, ())
    return _build_paper(replace(read, suites=verify_document(document)), document, encode_jcs(document))


def _build_paper(read: Authorisation, document: dict[str, Any], original: bytes) -> Paper:
    return Paper(
        kind="authorisation",
        form=read.form,
        document=document,
        original=original,
        id=read.id,
        issuer=read.issuer,
        issuer_name=read.issuer_name,
        name=read.name,
        holder=read.holder,
        giver=read.giver,
        scope=read.scope,
        parent=read.parent,
        suites=read.suites,
    )


def _judge_foreign(document: dict[str, Any]) -> Paper:
    parse_foreign(document, ())
    return _build_foreign(document, verify_document(document), encode_jcs(document), FOREIGN)


def _build_foreign(document: dict[str, Any], suites: tuple[str, ...], original: bytes, form: str) -> Paper:
    read = parse_foreign(document, suites)
    return Paper(
        kind="foreign",
        form=form,
        document=document,
        original=original,
        id=read.id,
        issuer=read.issuer,
        issuer_name=read.issuer_name,
        name=read.name,
        holder=read.holder or "",
        giver=read.issuer,
        achievement=read.achievement,
        suites=read.suites,
        left_out=read.left_out,
    )


def _judge_notice(document: dict[str, Any]) -> Paper:
    read = parse_notice(document)
    return Paper(
        kind="notice",
        form=OPEN_BADGES_3,
        document=document,
        original=encode_jcs(document),
        id=read.id,
        issuer=read.issuer,
        name=read.name,
        subject=read.subject,
        suites=read.suites,
    )


def _judge_status(document: dict[str, Any]) -> Paper:
    read = parse_status_list(document)
    return Paper(
        kind="status",
        form=OPEN_BADGES_3,
        document=document,
        original=encode_jcs(document),
        id=read.id,
        issuer=read.issuer,
        suites=read.suites,
    )


def _judge_roots(document: dict[str, Any]) -> Paper:
    read = parse_root_list(document)
    return Paper(
        kind="roots",
        form=OPEN_BADGES_3,
        document=document,
        original=encode_jcs(document),
        id=f"{read.community}#{read.number}",
        issuer=read.community,
        issuer_name=read.name,
        name=read.name,
        suites=("eddsa-jcs-2022",),
    )


def _judge_older(content: bytes, file_hash: bytes) -> Paper:
    """Give what a recorder may cite; the badge itself names its holder's address, and is not handed on."""
    read = replace(parse_older(content), file_hash=file_hash)
    evidence = build_evidence(read)
    return Paper(
        kind="older",
        form=OLDER,
        document={},
        original=b"{}",
        id=read.id,
        issuer=read.issuer,
        issuer_name=read.issuer_name,
        name=read.name,
        achievement=read.badge,
        evidence=(evidence.name, evidence.narrative),
        suites=(KEY_IN_HEADER,) if read.proof == "signed" else (),
    )


def _judge_jwt(content: bytes) -> Paper:
    claims = parse_jwt(content.decode("ascii"))
    document = dict(claims.document)
    if find_kind(document) == "authorisation":
        read = parse_authorisation(document, (JWT,), JWT)
        if claims.did != read.issuer:
            raise CredentialError(
                "Nothing shows that the issuer has signed this JWT. Ask for one whose kid is the issuer's did:key.",
                "3.4",
            )
        return _build_paper(read, document, content)
    return _build_foreign(document, (JWT,) if claims.did else (KEY_IN_HEADER,), content, JWT)


def _parse_payload(content: bytes) -> dict[str, Any]:
    try:
        return parse_json(parse_base64url(content.split(b".")[1].decode("ascii")))
    except CredentialError:
        raise
    except InvalidInputError as error:
        raise CredentialError(
            "The JWT is not in base64url. Ask whoever gave it to you for it again.", "3.4"
        ) from error


_JUDGES: Mapping[str, Callable[[dict[str, Any]], Paper]] = {
    "authorisation": _judge_authorisation,
    "foreign": _judge_foreign,
    "notice": _judge_notice,
    "status": _judge_status,
    "root-list": _judge_roots,
}
