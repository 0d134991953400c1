"""Bytes and text that mean one thing: canonical JSON, base64url, base45 and domain-separated hashes.

Implements `spec/public_log.md` 1.1 and the notation of `spec/passes.md`.
It never guesses: what is not in canonical form is refused.
"""

import base64
import binascii
import hashlib
import json
import re
from typing import Any

from amanah.core.errors import InvalidInputError

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]

LARGEST_INTEGER = 2**53 - 1
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DEEPEST_NESTING = 32


class NotCanonicalError(InvalidInputError):
    """The bytes are not the one canonical form of their value."""

    code = "not-canonical"


def encode_canonical_json(value: JsonValue) -> bytes:
    """Give the RFC 8785 bytes of a value of the restricted profile (spec/public_log.md 1.1)."""
    _check_profile(value, depth=0)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def parse_canonical_json(data: bytes, *, longest: int = 65_535) -> Any:
    """Read canonical JSON; refuse anything that is not byte for byte its own canonical form."""
    if len(data) > longest:
        raise NotCanonicalError(f"The document is longer than {longest} bytes.")
    try:
        value = json.loads(data.decode())
        canonical = encode_canonical_json(value)
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError("The document is not JSON of the canonical profile.") from error
    if canonical != data:
        raise NotCanonicalError("The document is JSON, but not in canonical form.")
    return value


def _check_profile(value: JsonValue, *, depth: int) -> None:
    if depth > _DEEPEST_NESTING:
        raise NotCanonicalError("The document is nested too deeply.")
    if isinstance(value, list):
        for item in value:
            _check_profile(item, depth=depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonicalError("A member name is not ASCII text.")
            _check_profile(item, depth=depth + 1)
    else:
        _check_single(value)


def _check_single(value: object) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif value is not None and not isinstance(value, int):
        raise NotCanonicalError("The document holds a value that canonical JSON has no form for.")
    elif value is not None and abs(value) > LARGEST_INTEGER:
        raise NotCanonicalError("An integer is outside the range that every reader shares.")


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("A text holds half of a character.") from error


def encode_base64url(data: bytes) -> str:
    """Give unpadded base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parse_base64url(text: str, *, length: int | None = None) -> bytes:
    """Read unpadded base64url in its one canonical spelling, of exactly `length` bytes where given."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise InvalidInputError("This is not base64url.")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise InvalidInputError("This is not base64url.") from error
    if encode_base64url(data) != text:
        raise InvalidInputError("This is not the canonical base64url of its bytes.")
    if length is not None and len(data) != length:
        raise InvalidInputError(f"Expected {length} bytes.")
    return data


def encode_base45(data: bytes) -> str:
    """Give RFC 9285 base45, which a QR code holds in its alphanumeric mode."""
    symbols: list[str] = []
    for start in range(0, len(data), 2):
        chunk = data[start : start + 2]
        number = int.from_bytes(chunk)
        for _ in range(len(chunk) + 1):
            number, digit = divmod(number, 45)
            symbols.append(_BASE45[digit])
    return "".join(symbols)


def parse_base45(text: str) -> bytes:
    """Read RFC 9285 base45."""
    output = bytearray()
    for start in range(0, len(text), 3):
        chunk = text[start : start + 3]
        digits = [_BASE45.find(symbol) for symbol in chunk]
        if len(chunk) == 1 or -1 in digits:
            raise InvalidInputError("This is not base45.")
        number = sum(digit * 45**place for place, digit in enumerate(digits))
        width = len(chunk) - 1
        if number >= 256**width:
            raise InvalidInputError("This is not base45.")
        output += number.to_bytes(width)
    return bytes(output)


def compute_hash(domain: str, *parts: bytes) -> bytes:
    """Give SHA-256(domain || 0x00 || part || 0x00 || part ...): one domain, one meaning."""
    return hashlib.sha256(domain.encode() + b"\0" + b"\0".join(parts)).digest()
