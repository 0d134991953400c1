"""Reads a kept paper out of its own bytes, its proofs checked; it knows the core alone, so that any process can use it.

It never believes what a column beside the bytes says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from amanah.core.credentials.authorisations import JWT, Authorisation, read_credential
from amanah.core.credentials.foreign import Foreign, parse_foreign
from amanah.core.credentials.jwt import parse_jwt
from amanah.core.credentials.links import KEY_IN_HEADER
from amanah.core.credentials.notices import Notice, parse_notice
from amanah.core.credentials.proofs import verify_document
from amanah.core.credentials.reading import compute_document_hash, parse_json
from amanah.core.credentials.root_lists import RootList, parse_root_list
from amanah.core.credentials.status_lists import StatusList, parse_status_list
from amanah.core.errors import AmanahError, VerificationError

MOST_KEPT = 4_096
Read = Authorisation | Foreign | Notice | StatusList | RootList


@dataclass(frozen=True)
class KeptPaper:
    """One paper as it is stored."""

    document_hash: str
    kind: str
    original: str


@dataclass(frozen=True)
class CheckedPaper:
    """What was found: `problem` is empty, hash, proof or unreadable; `read` is None where it does not hold."""

    document_hash: str
    problem: str
    read: Read | None


def check_paper(paper: KeptPaper) -> CheckedPaper:
    """Check one paper from its bytes alone; nothing that was found before is believed."""
    read = READERS.get(paper.kind)
    try:
        found = read(paper.original) if read else None
        digest = compute_kept_hash(paper.original)
    except VerificationError:
        return CheckedPaper(paper.document_hash, "proof", None)
    except AmanahError:
        return CheckedPaper(paper.document_hash, "unreadable", None)
    if digest != paper.document_hash:
        return CheckedPaper(paper.document_hash, "hash", None)
    return CheckedPaper(paper.document_hash, "", found)


def compute_kept_hash(original: str) -> str:
    """Give the hash of a paper, JSON or a JWT, in hexadecimal."""
    is_json = original.startswith("{")
    document = parse_json(original.encode()) if is_json else dict(parse_jwt(original).document)
    return compute_document_hash(document).hex()


def parse_kept_authorisation(original: str) -> Authorisation:
    """Read an authorisation, JSON or a JWT; raise an error of the core where it holds no more."""
    return read_credential(original.encode())


def parse_kept_foreign(original: str) -> Foreign:
    """Read what another body calls a badge; which subject of ours it is, a root list says."""
    if original.startswith("{"):
        document = parse_json(original.encode())
        return parse_foreign(document, verify_document(document))
    claims = parse_jwt(original)
    return parse_foreign(claims.document, (JWT,) if claims.did else (KEY_IN_HEADER,))


def parse_kept_notice(original: str) -> Notice:
    """Read a notice."""
    return parse_notice(parse_json(original.encode()))


def parse_kept_status_list(original: str) -> StatusList:
    """Read a status list."""
    return parse_status_list(parse_json(original.encode()))


def parse_kept_root_list(original: str) -> RootList:
    """Read a root list."""
    return parse_root_list(parse_json(original.encode()))


READERS: Mapping[str, Callable[[str], Read]] = {
    "authorisation": parse_kept_authorisation,
    "foreign": parse_kept_foreign,
    "notice": parse_kept_notice,
    "status": parse_kept_status_list,
    "roots": parse_kept_root_list,
}

# The same bytes say the same for ever: pages check them once in a process.
read_authorisation = lru_cache(maxsize=MOST_KEPT)(parse_kept_authorisation)
read_foreign = lru_cache(maxsize=MOST_KEPT)(parse_kept_foreign)
read_notice = lru_cache(maxsize=MOST_KEPT)(parse_kept_notice)
read_status_list = lru_cache(maxsize=64)(parse_kept_status_list)
read_root_list = lru_cache(maxsize=64)(parse_kept_root_list)
