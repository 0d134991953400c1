"""Collects the words of every page for translators, compiles what they wrote, and says what is missing.

`python -m amanah.web.messages extract|compile|check [web|programme_door|request_door ...]`. Each door keeps the words
of its own pages in its own `locale/`; `web` keeps those of all, and those of `core`, which shows nothing itself.
It changes nothing but these catalogues.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1]
PLACES = ("web", "programme_door", "request_door")
TRANSLATED = ("ar",)
METHODS = [("**.py", "python"), ("**/templates/**.*", "jinja2")]
OPTIONS = {"**/templates/**.*": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# What doors call gettext beside lazy sentences; core has methods of bytes with that name, and they are no sentences.
KEYWORDS_OF_DOORS = KEYWORDS | {"translate": None}
# Babel's own rule for Arabic numbers the last two forms the other way round than every other tool does.
PLURAL_FORMS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
}
_HEADER = "# Words of Amanah's pages. Written as the language is spoken, not word by word.\n#"

_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def extract_messages(place: str) -> Catalog:
    """Give every message that stands in one place's code and templates now; a door's leaves out those of `web`."""
    catalog = Catalog(project="Amanah", charset="utf-8", header_comment=_HEADER, fuzzy=False)
    shared = None if place == "web" else extract_messages("web")
    folders = [PACKAGE / place, *([PACKAGE / "core"] if place == "web" else [])]
    found = chain.from_iterable(
        extract_from_dir(
            folder,
            method_map=METHODS,
            options_map=OPTIONS,
            keywords=KEYWORDS if place == "web" else KEYWORDS_OF_DOORS,
            comment_tags=["Translators:"],
        )
        for folder in folders
    )
    for file_name, _line, message, comments, context in found:
        name = message if isinstance(message, str) else message[0]
        if shared is None or shared.get(name, context) is None:
            # Line numbers would make every edit of a template an edit of every catalogue.
            where: Any = [(file_name, None)]
            catalog.add(message, None, where, auto_comments=comments, context=context)
    return catalog


def find_po(place: str, language: str) -> Path:
    """Give the file of one place's words in one language."""
    return PACKAGE / place / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalog(place: str, language: str) -> Catalog:
    """Read what translators wrote."""
    path = find_po(place, language)
    if not path.is_file():
        return Catalog(locale=language, project="Amanah", header_comment=_HEADER, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write_catalog(place: str, language: str, catalog: Catalog) -> None:
    """Write a catalogue so that two runs on the same words give the same bytes."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=True, sort_output=True, ignore_obsolete=True, width=110)
    header = (
        f'{_HEADER.rstrip("#")}msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"\n\n'
    )
    path = find_po(place, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + buffer.getvalue().decode().strip() + "\n", encoding="utf-8")


def compile_catalog(place: str, language: str) -> bytes:
    """Give the binary form of a language's catalogue; the same words give the same bytes."""
    buffer = io.BytesIO()
    catalog = read_catalog(place, language)
    # Otherwise the minute of the build would stand in it.
    catalog.creation_date = catalog.revision_date = _NO_DATE
    write_mo(buffer, catalog)
    return buffer.getvalue()


def list_problems(place: str, language: str) -> Iterator[str]:
    """Say which messages of the pages a language lacks, which are only guesses, and whether the binary is stale."""
    catalog = read_catalog(place, language)
    name_of_place = f"{place}, {language}"
    for message in extract_messages(place):
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        translated = catalog.get(name, message.context)
        if translated is None:
            yield f"{name_of_place}: not in the catalogue: {name!r}"
        elif not all(
            [translated.string] if isinstance(translated.string, str) else translated.string or [""]
        ):
            yield f"{name_of_place}: not translated: {name!r}"
        elif translated.fuzzy:
            yield f"{name_of_place}: only a guess (fuzzy): {name!r}"
        else:
            for error in translated.check(catalog):
                yield f"{name_of_place}: {name!r}: {error}"
    binary = find_po(place, language).with_suffix(".mo")
    if not binary.is_file() or binary.read_bytes() != compile_catalog(place, language):
        yield f"{name_of_place}: the compiled catalogue is not the build of the written one; run compile"


def main(arguments: list[str]) -> int:
    """Run one command; give the exit status."""
    command, *places = arguments or [""]
    pairs = [(place, language) for place in places or PLACES for language in TRANSLATED]
    if command == "extract":
        for place, language in pairs:
            catalog = read_catalog(place, language)
            catalog.update(extract_messages(place), no_fuzzy_matching=True)
            write_catalog(place, language, catalog)
    elif command == "compile":
        for place, language in pairs:
            find_po(place, language).with_suffix(".mo").write_bytes(compile_catalog(place, language))
    elif command == "check":
        problems = [problem for place, language in pairs for problem in list_problems(place, language)]
        sys.stdout.write("".join(f"{problem}\n" for problem in problems))
        return 1 if problems else 0
    else:
        sys.stderr.write("Write one of: extract, compile, check.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
