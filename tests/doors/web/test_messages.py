"""Every word of every page exists in every language, and what runs is the build of what was written."""

import re

import pytest

from amanah.core.public_log.schemas import ENTRY_SCHEMAS
from amanah.core.public_log.wording import KIND_NAMES, describe_entry
from amanah.web.messages import (
    PLACES,
    TRANSLATED,
    compile_catalog,
    extract_messages,
    find_po,
    list_problems,
    main,
    read_catalog,
)
from tests.core.public_log.build import make_entry


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("place", PLACES)
def test_no_message_is_missing_or_only_a_guess(place: str, language: str) -> None:
    assert list(list_problems(place, language)) == []


def test_the_words_of_pages_are_really_found() -> None:
    catalog = extract_messages("web")
    assert catalog.get("What we hold") is not None
    assert catalog.get("Nothing was changed.") is not None
    plural = catalog.get("Asked: %(count)s time.")
    assert plural is not None
    assert plural.pluralizable


def test_a_door_does_not_repeat_the_words_of_all() -> None:
    shared = {message.id for message in extract_messages("web") if message.id}
    for place in PLACES[1:]:
        assert not shared & {message.id for message in extract_messages(place) if message.id}


def test_a_missing_a_guessed_and_a_stale_message_are_each_told(tmp_path, monkeypatch) -> None:
    from amanah.web import messages

    po = find_po("web", "ar").read_text(encoding="utf-8")
    copy = tmp_path / "web" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    broken = po.replace('msgid "What we hold"', 'msgid "What we used to hold"').replace(
        'msgid "Your card"', '#, fuzzy\nmsgid "Your card"'
    )
    copy.write_text(broken, encoding="utf-8")
    catalog = extract_messages("web")
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    monkeypatch.setattr(messages, "extract_messages", lambda place: catalog)
    problems = "\n".join(list_problems("web", "ar"))
    assert "not in the catalogue: 'What we hold'" in problems
    assert "only a guess (fuzzy): 'Your card'" in problems
    assert "run compile" in problems


def test_two_builds_of_the_same_words_are_the_same_bytes() -> None:
    assert compile_catalog("web", "ar") == compile_catalog("web", "ar")


def test_the_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["translate"]) == 2
    assert "extract, compile, check" in capsys.readouterr().err


@pytest.mark.parametrize("kind", sorted(ENTRY_SCHEMAS))
def test_translators_find_every_sentence_and_none_was_forgotten_in_arabic(kind: str) -> None:
    found, arabic = extract_messages("web"), read_catalog("web", "ar")
    asked: list[str] = []

    def translate(message: str) -> str:
        asked.append(message)
        translated = arabic.get(message)
        assert translated is not None
        return str(translated.string)

    sentence = describe_entry(make_entry(kind), translate)

    assert asked
    assert all(found.get(message) is not None for message in [*asked, KIND_NAMES[kind]])
    assert re.search(r"[\u0600-\u06ff]", sentence)
