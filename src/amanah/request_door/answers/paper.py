"""A letter on paper, in the same words as its text. It reads nothing but the letter."""

import hashlib
from dataclasses import asdict
from pathlib import Path

from amanah.request_door.answers.writing import WrittenLetter
from amanah.web.paper import print_document

_FOLDER = Path(__file__).parent / "typeset"


def print_letter(letter: WrittenLetter) -> bytes:
    """Give a letter as PDF; the same letter is always the same bytes."""
    return print_document(_FOLDER, "letter.typ", {"letter": asdict(letter)})


def compute_letter_hash(paper: bytes) -> str:
    """Give what the private log keeps of a letter: the SHA-256 of its PDF, in hex."""
    return hashlib.sha256(paper).hexdigest()
