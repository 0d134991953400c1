"""Names of holders: `did:key` of an Ed25519 key, or `urn:uuid:` of somebody without a key (`spec/credentials.md` 1.1).

There is one spelling of each; it never takes two spellings for one holder.
"""

import re

import base58

from amanah.core.credentials.reading import CredentialError

_DID_KEY = "did:key:"
_MULTICODEC_ED25519 = b"\xed\x01"
_KEY_SIZE = 32
_SPELLING = re.compile(r"did:key:z[1-9A-HJ-NP-Za-km-z]{46,50}")
_UUID_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELD = 2**255 - 19
# Points of small order: a "signature" under one of them can be made by anybody, for any words.
_WEAK = {
    0,
    1,
    _FIELD - 1,
    int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
    int.from_bytes(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
    ),
}


def parse_did_key(did: object) -> bytes:
    """Give the Ed25519 public key that a `did:key` is."""
    if not isinstance(did, str) or not _SPELLING.fullmatch(did):
        raise _refuse("This is not the did:key of an Ed25519 key.")
    data = base58.b58decode(did.removeprefix(_DID_KEY + "z"))
    public = data.removeprefix(_MULTICODEC_ED25519)
    if len(public) != _KEY_SIZE or build_did_key(public) != did:
        raise _refuse("This is not the did:key of an Ed25519 key.")
    height = int.from_bytes(public, "little") & (2**255 - 1)
    if height >= _FIELD or height in _WEAK:
        raise _refuse("Anybody can sign with this key. Make a new one.")
    return public


def build_did_key(public: bytes) -> str:
    """Name an Ed25519 public key."""
    return _DID_KEY + "z" + base58.b58encode(_MULTICODEC_ED25519 + public).decode()


def build_verification_method(did: str) -> str:
    """Name the key inside the document that a `did:key` stands for."""
    return f"{did}#{did.removeprefix(_DID_KEY)}"


def is_did_key(text: object) -> bool:
    """Say whether this names a holder with a key."""
    try:
        parse_did_key(text)
    except CredentialError:
        return False
    return True


def is_uuid_urn(text: object) -> bool:
    """Say whether this is a `urn:uuid:`, which can never sign."""
    return isinstance(text, str) and _UUID_URN.fullmatch(text) is not None


def is_holder(text: object) -> bool:
    """Say whether this names a holder."""
    return is_uuid_urn(text) or is_did_key(text)


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(sentence, "1.1")
