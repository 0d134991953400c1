"""The JSON-LD contexts that exist, byte for byte (`spec/credentials.md` 3.5); nothing is ever fetched.

`contexts/README.txt` says where each comes from and under which licence.
"""

import codecs
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from amanah.core.credentials.reading import CredentialError
from amanah.core.errors import MisconfiguredError

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_SHIPPED = {
    CREDENTIALS: ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    "https://w3id.org/security/data-integrity/v2": (
        "data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": (
        "open-badges-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (
        "open-badges-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    OPEN_BADGES: (
        "open-badges-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": (
        "open-badges-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
}


def list_contexts() -> dict[str, str]:
    """Give the text of every context by its address."""
    return dict(_read_shipped())


def has_context(url: object) -> bool:
    """Say whether a context of this address exists."""
    return isinstance(url, str) and url in list_contexts()


def verify_context(context: object) -> None:
    """Refuse any `@context` that is not one shipped address or a list of different ones."""
    urls = context if isinstance(context, list) else [context]
    # Every repetition costs a reader more than the one before it: a list of thousands would take a minute.
    if not urls or len(urls) > len(list_contexts()):
        raise CredentialError("The contexts of the document are none, or more than there are.", "3.5")
    for place, url in enumerate(urls):
        if url in urls[:place]:
            raise CredentialError("The document names one context twice.", "3.5")
        if not has_context(url):
            raise CredentialError(
                "The document names words whose meaning is not known here, and nothing is ever fetched. "
                "Ask for one under the contexts of Open Badges 3.0 alone.",
                "3.5",
            )


def verify_contexts(value: object) -> None:
    """Refuse a document that names another context anywhere inside it."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "@context":
                verify_context(item)
            else:
                verify_contexts(item)
    elif isinstance(value, list):
        for item in value:
            verify_contexts(item)


def load_document(url: str, options: object) -> dict[str, Any]:
    """Give a context as PyLD asks for it; every other address is refused."""
    del options
    verify_context(url)
    return {
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads(list_contexts()[url]),
        # These bytes never change, so PyLD may keep what it makes of them.
        "tag": "static",
    }


@cache
def list_defined_names() -> frozenset[str]:
    """Give every identifier that a context has a word for."""
    found: set[str] = set()
    for text in list_contexts().values():
        _collect_names(json.loads(text), found)
    return frozenset(found)


def load_all() -> None:
    """Read and import now what a check opens at its first need: a process that may open no file later asks for this."""
    from cryptography.hazmat.backends.openssl import backend
    from joserfc import jwk, jws
    from pyld import canon, jsonld

    del backend, canon, jsonld, jwk, jws
    # JCS sorts names by it, and a codec is a file that Python opens at its first use.
    codecs.lookup("utf-16be")
    list_defined_names()


@cache
def _read_shipped() -> dict[str, str]:
    # The core reads no files; these come with its own code, as its constants do, and are as large as a module.
    folder = files(__package__).joinpath("contexts")
    return {url: _read_one(folder.joinpath(name).read_bytes(), name) for url, (name, _) in _SHIPPED.items()}


def _read_one(data: bytes, name: str) -> str:
    expected = dict(_SHIPPED.values())[name]
    if hashlib.sha256(data).hexdigest() != expected:
        # Another context would give every signed word another meaning.
        raise MisconfiguredError(
            [f"The file {name} of this software was changed. Install the software again."]
        )
    return data.decode()


def _collect_names(value: object, found: set[str]) -> None:
    if isinstance(value, str):
        if ":" in value:
            found.add(value)
    elif isinstance(value, dict):
        for item in value.values():
            _collect_names(item, found)
