"""Codes that people read, copy and type, and their hashes (`spec/passes.md` 2, 3.2, 4.2); it never draws one."""

import unicodedata
from typing import Literal, get_args

from amanah.core.encoding import compute_hash
from amanah.core.errors import InvalidInputError

CodeContext = Literal["invitation", "card", "revocation", "giver"]

CODE_CONTEXTS: tuple[CodeContext, ...] = get_args(CodeContext)
SECRET_LENGTH = 16
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOL_COUNT = 28
_GROUP = 4
_CHECK_BITS = 12
_LOOKALIKES = str.maketrans("OIL", "011")
_IGNORED_CATEGORIES = frozenset({"Zs", "Pd", "Cc", "Cf"})
_MINUS_SIGN = "\u2212"


class CodeError(InvalidInputError):
    """The text is not a code of the kind that was asked for."""

    code = "code-unreadable"


def encode_code(secret: bytes, context: CodeContext) -> str:
    """Write a secret as seven groups of four symbols (2.3)."""
    symbols = encode_code_symbols(secret, context)
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _SYMBOL_COUNT, _GROUP))


def encode_code_symbols(secret: bytes, context: CodeContext) -> str:
    """Write a secret as 28 symbols without hyphens, as links carry it (2.5)."""
    if len(secret) != SECRET_LENGTH:
        raise CodeError("A code carries exactly 16 bytes.")
    number = int.from_bytes(secret) << _CHECK_BITS | _compute_check_bits(secret, context)
    return encode_symbols(number, _SYMBOL_COUNT)


def parse_code(text: str, context: CodeContext) -> bytes:
    """Read a code as people write it; refuse one whose check bits do not fit its context (2.4)."""
    symbols = parse_symbols(text)
    if len(symbols) != _SYMBOL_COUNT or any(symbol not in SYMBOLS for symbol in symbols):
        raise CodeError("A code has 28 letters and digits; look for one that is missing or misread.")
    number = 0
    for symbol in symbols:
        number = number << 5 | SYMBOLS.index(symbol)
    secret = (number >> _CHECK_BITS).to_bytes(SECRET_LENGTH)
    if number % 2**_CHECK_BITS != _compute_check_bits(secret, context):
        raise CodeError("A letter or digit of this code is wrong, or it is a code of another kind.")
    return secret


def parse_symbols(text: str) -> str:
    """Give the symbols a person meant: spaces, hyphens and invisible marks gone, capitals, no look-alikes (2.4)."""
    kept = "".join(
        mark for mark in text if mark != _MINUS_SIGN and unicodedata.category(mark) not in _IGNORED_CATEGORIES
    )
    # Only ASCII is folded: Unicode would turn letters of other scripts into symbols nobody meant.
    return kept.upper().translate(_LOOKALIKES) if kept.isascii() else kept


def encode_symbols(number: int, count: int) -> str:
    """Write a number as `count` Crockford symbols, most significant first."""
    return "".join(SYMBOLS[number >> 5 * place & 31] for place in reversed(range(count)))


def compute_invitation_hash(secret: bytes) -> bytes:
    """Give the hash under which an invitation is published and looked up (3.2)."""
    return compute_hash("amanah/invitation/v1", secret)


def compute_revocation_hash(slip: bytes) -> bytes:
    """Give the hash by which a card door finds the card that a slip revokes (4.2)."""
    return compute_hash("amanah/revocation/v1", slip)


def _compute_check_bits(secret: bytes, context: CodeContext) -> int:
    return int.from_bytes(compute_hash("amanah/code/v1", context.encode(), secret)[:2]) >> 16 - _CHECK_BITS
