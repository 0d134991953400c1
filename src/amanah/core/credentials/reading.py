"""JSON that strangers send, read strictly (`spec/credentials.md` 4.1), and its RFC 8785 bytes and hash.

It never repairs: what does not fit is refused with the step that it breaks.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import rfc8785

from amanah.core.encoding import LARGEST_INTEGER
from amanah.core.errors import InvalidInputError

LARGEST_FILE = 2**20
DEEPEST_NESTING = 32
MOST_VALUES = 20_000
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,16}")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class CredentialError(InvalidInputError):
    """What came in is no credential that can be read; `step` is the step of `spec/credentials.md` that it breaks."""

    code = "credential-unreadable"

    def __init__(self, sentence: str, step: str) -> None:
        self.step = step
        self.sentence = sentence
        super().__init__(f"{sentence} (step {step})")


def parse_json(data: bytes) -> dict[str, Any]:
    """Read one JSON object as 4.1 admits it."""
    if len(data) > LARGEST_FILE:
        raise _refuse("The file is larger than 1 MiB. Send the credential alone.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refuse("The file is not text in UTF-8. Save it again as UTF-8.") from error
    if text.startswith("\ufeff"):
        raise _refuse("The file begins with a byte order mark. Save it again without one.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_build_object,
            parse_int=_parse_whole_number,
            parse_float=_refuse_fraction,
            parse_constant=_refuse_fraction,
        )
    except ValueError as error:
        raise _refuse("The file is not JSON. Ask whoever gave it to you for the file itself.") from error
    except RecursionError as error:
        raise _refuse_depth() from error
    if not isinstance(value, dict):
        raise _refuse("The file is JSON but not one object. Send one credential or one bundle.")
    verify_json(value)
    return value


def verify_json(document: Mapping[str, Any]) -> None:
    """Hold a value that was not read by `parse_json`, such as the payload of a token, to the same bounds."""
    _Bounds().take(document, depth=1)


def encode_jcs(value: object) -> bytes:
    """Give the RFC 8785 bytes of a value."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise _refuse("The document holds a value that has no canonical form.") from error


def compute_document_hash(document: Mapping[str, Any]) -> bytes:
    """Give SHA-256 of the JCS bytes, proofs included: what a child, the log and a page name a document by."""
    return hashlib.sha256(encode_jcs(document)).digest()


class _Bounds:
    """Counts what was seen, so that one walk holds all bounds at once."""

    def __init__(self) -> None:
        self.values = 0

    def take(self, value: object, *, depth: int) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise _refuse("The file holds more than 20,000 values. Send the credential alone.")
        if isinstance(value, str):
            _verify_characters(value)
        elif isinstance(value, dict | list):
            if depth > DEEPEST_NESTING:
                raise _refuse_depth()
            self.take_each(value, depth=depth + 1)
        else:
            _verify_scalar(value)

    def take_each(self, value: dict[Any, Any] | list[Any], *, depth: int) -> None:
        if isinstance(value, list):
            for item in value:
                self.take(item, depth=depth)
            return
        for name, item in value.items():
            _verify_name_of_member(name)
            self.take(item, depth=depth)


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # Readers differ in which of the two they believe, so one of them would show unsigned words.
        raise _refuse("A member stands twice in one object. Ask whoever gave you the file for a whole one.")
    return members


def _parse_whole_number(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text) or abs(int(text)) > LARGEST_INTEGER:
        raise _refuse("A number is outside the range that every reader shares, ±(2^53 - 1).")
    return int(text)


def _refuse_fraction(_text: str) -> Any:
    raise _refuse("A number is not whole. Write it as text.")


def _verify_scalar(value: object) -> None:
    if value is None or isinstance(value, bool):
        return
    if not isinstance(value, int) or abs(value) > LARGEST_INTEGER:
        raise _refuse("A number is not whole, or outside the range that every reader shares, ±(2^53 - 1).")


def _verify_name_of_member(name: object) -> None:
    if not isinstance(name, str):
        raise _refuse("The name of a member is not text.")
    _verify_characters(name)
    if not unicodedata.is_normalized("NFC", name):
        raise _refuse("The name of a member is not in Unicode NFC: two names could look the same.")


def _verify_characters(text: str) -> None:
    if not text.isascii() and _HALF_CHARACTER.search(text):
        raise _refuse("A text holds half of a character.")


def _refuse_depth() -> CredentialError:
    return _refuse("The file is nested more than 32 deep.")


def _refuse(sentence: str) -> CredentialError:
    return CredentialError(sentence, "4.1")
