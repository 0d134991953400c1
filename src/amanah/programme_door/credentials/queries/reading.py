"""Reads a kept paper out of its own bytes, its proofs checked; the same bytes are checked once in a process.

It never believes what the columns beside them say.
"""

from functools import lru_cache

from amanah.core.credentials.authorisations import JWT, Authorisation, read_credential
from amanah.core.credentials.foreign import Foreign, parse_foreign
from amanah.core.credentials.jwt import parse_jwt
from amanah.core.credentials.links import KEY_IN_HEADER
from amanah.core.credentials.notices import Notice, parse_notice
from amanah.core.credentials.proofs import verify_document
from amanah.core.credentials.reading import parse_json
from amanah.core.credentials.root_lists import RootList, parse_root_list
from amanah.core.credentials.status_lists import StatusList, parse_status_list

MOST_KEPT = 4_096


@lru_cache(maxsize=MOST_KEPT)
def read_authorisation(original: str) -> Authorisation:
    """Read an authorisation, JSON or a JWT; raise an error of the core where it holds no more."""
    return read_credential(original.encode())


@lru_cache(maxsize=MOST_KEPT)
def read_foreign(original: str) -> Foreign:
    """Read what another body calls a badge; which subject of ours it is, a root list says."""
    if original.startswith("{"):
        document = parse_json(original.encode())
        return parse_foreign(document, verify_document(document))
    claims = parse_jwt(original)
    return parse_foreign(claims.document, (JWT,) if claims.did else (KEY_IN_HEADER,))


@lru_cache(maxsize=MOST_KEPT)
def read_notice(original: str) -> Notice:
    """Read a notice."""
    return parse_notice(parse_json(original.encode()))


@lru_cache(maxsize=64)
def read_status_list(original: str) -> StatusList:
    """Read a status list."""
    return parse_status_list(parse_json(original.encode()))


@lru_cache(maxsize=64)
def read_root_list(original: str) -> RootList:
    """Read a root list."""
    return parse_root_list(parse_json(original.encode()))
