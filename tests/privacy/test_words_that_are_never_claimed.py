"""What the product must never say of itself, looked for in every page, message, translation and document."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEVER = {
    "police can never": r"police\s+(?:can|could|will)\s+never|never\s+(?:get|see|obtain)\s+anything",
    "can never be made to": r"can(?:not|\s+never)\s+be\s+(?:made|forced|compelled)\s+to\s+(?:log|hand|record|collect)",
    "undercover officers cannot": r"undercover\s+(?:officers?|police|agents?)\s+can(?:not|'t|’t)",
    "prevents terrorism": r"prevents?\s+(?:terrorism|extremism|radicali[sz]ation)|stops?\s+radicali[sz]ation",
    "certified scholars": r"certified\s+(?:scholars?|teachers?|educators?|imams?)",
    "more honest answers": r"more\s+honest\s+answers?",
    "military grade": r"military[- ]grade|bank[- ]grade|unbreakable|unhackable|100\s?%\s+(?:secure|anonymous|private)",
    "completely anonymous": r"(?:completely|fully|totally|truly|perfectly)\s+anonymous",
    "guaranteed": r"guarantee[sd]?\s+(?:your\s+)?(?:anonymity|privacy|safety)",
    "anonymous where a name is taken": r"anonymous[^.\n]{0,80}\b(?:emergency contact|child['’]s name|parent['’]s name)",
    "the police never, in Arabic": r"لن\s+تتمكن\s+الشرطة|لا\s+يمكن\s+للشرطة\s+أبد",
    "prevention, certificates, full anonymity, in Arabic": r"يمنع\s+الإرهاب|علماء\s+معتمدون|مجهول\s+تماما",
}
LISTS_OF_WHAT_NOT_TO_SAY = {
    "docs/explanation/threat-model.md",
    "docs/how-to/what-to-say-when-somebody-asks-for-the-list.md",
}


def list_texts() -> list[Path]:
    """List everything that a person reads: pages, messages, translations, client words, documents, specifications."""
    patterns = (
        "src/**/*.html",
        "src/**/*.po",
        "src/**/*.py",
        "client/src/**/*.ts",
        "docs/**/*.md",
        "spec/*.md",
        "*.md",
    )
    return sorted(
        {path for pattern in patterns for path in ROOT.glob(pattern) if "node_modules" not in path.parts}
    )


def find_claims(text: str) -> list[str]:
    """Give the names of the claims that a text makes."""
    return [name for name, pattern in NEVER.items() if re.search(pattern, text, re.IGNORECASE)]


def test_pages_documents_and_translations_are_all_looked_at() -> None:
    suffixes = [path.suffix for path in list_texts()]
    assert min(suffixes.count(".html"), suffixes.count(".md"), suffixes.count(".ts")) > 15
    assert suffixes.count(".po") >= 3


@pytest.mark.parametrize("path", list_texts(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_text_claims_what_nobody_can_promise(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() not in LISTS_OF_WHAT_NOT_TO_SAY:
        assert find_claims(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The police can never get anything.",
        "We can never be made to log.",
        "Undercover officers cannot attend.",
        "This prevents terrorism.",
        "Taught by certified scholars.",
        "People give more honest answers.",
        "You are completely anonymous.",
    ],
)
def test_each_forbidden_claim_is_recognised(sentence: str) -> None:
    assert find_claims(sentence)
