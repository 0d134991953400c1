"""Names and texts that people are shown: nothing hides, turns round or poses (`spec/credentials.md` 2.6)."""

import unicodedata

from amanah.core.credentials.reading import CredentialError

LONGEST_NAME = 200
LONGEST_TEXT = 2_000
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
# No category tells that these are blank: fillers of Hangul, the joiner of graphemes, inherent vowels of Khmer,
# the empty pattern of braille, and selectors that change the letter before them.
_BLANK = {
    *"\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0",
    *map(chr, range(0x180B, 0x1810)),
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xE0100, 0xE01F0)),
}
_SCRIPTS_THAT_JOIN = {
    "ADLAM", "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "HANIFI", "KANNADA", "KHMER", "MALAYALAM",
    "MANDAIC", "MANICHAEAN", "MONGOLIAN", "MYANMAR", "NKO", "ORIYA", "PHAGS-PA", "SINHALA", "SOGDIAN", "SYRIAC",
    "TAMIL", "TELUGU", "TIBETAN",
}  # fmt: skip
_SCRIPTS_THAT_POSE = {"LATIN", "CYRILLIC", "GREEK"}


def verify_name(text: object, step: str) -> str:
    """Give the name back when it is fit to be shown in one line."""
    return _verify(text, step, longest=LONGEST_NAME, what="name")


def verify_text(text: object, step: str) -> str:
    """Give the text back when it is fit to be shown."""
    return _verify(text, step, longest=LONGEST_TEXT, what="text")


def _verify(text: object, step: str, *, longest: int, what: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise CredentialError(f"A {what} is missing or empty.", step)
    if len(text) > longest:
        raise CredentialError(f"A {what} is longer than {longest:,} characters.", step)
    if text.isascii() and text.isprintable():
        return text
    _verify_characters(text, step, what)
    if what == "name":
        _verify_one_script(text, step)
    return text


def _verify_characters(text: str, step: str, what: str) -> None:
    if not unicodedata.is_normalized("NFC", text):
        raise CredentialError(f"A {what} is not in Unicode NFC: another spelling would look the same.", step)
    for place, character in enumerate(text):
        if character in _JOINERS:
            if not _joins(text, place):
                raise CredentialError(f"A {what} holds a joiner where there is nothing to join.", step)
        elif character in _BLANK or unicodedata.category(character) in _HIDDEN_CATEGORIES:
            raise CredentialError(
                f"A {what} holds U+{ord(character):04X}, which cannot be seen or changes the direction of words.",
                step,
            )


def _joins(text: str, place: int) -> bool:
    if place == 0 or place + 1 == len(text):
        return False
    before, after = text[place - 1], text[place + 1]
    script = _find_script(before)
    return script in _SCRIPTS_THAT_JOIN and script == _find_script(after)


def _find_script(character: str) -> str:
    """Give the first word of the character's name, which is its script; no letter and no mark has none."""
    if unicodedata.category(character)[0] not in "LM":
        return ""
    return unicodedata.name(character, "").removeprefix("FULLWIDTH ").split(" ")[0]


def _verify_one_script(text: str, step: str) -> None:
    scripts = {_find_script(character) for character in text} & _SCRIPTS_THAT_POSE
    if len(scripts) > 1:
        raise CredentialError(
            "A name mixes letters of Latin, Cyrillic and Greek, so that it could pose as another name.", step
        )
