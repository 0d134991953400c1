"""Whatever this door refuses is said in words of its own, never as a code alone."""

import importlib
import pkgutil

import pytest
from django.utils import translation

import amanah.programme_door
from amanah.core.errors import AmanahError
from amanah.core.surveys.questions import QuestionnaireError
from amanah.core.surveys.seasons import SeasonError
from amanah.programme_door import urls  # noqa: F401  # as every page worker does
from amanah.web.ceremonies import CeremonyError
from amanah.web.passkeys import PasskeyError
from amanah.web.words import WORDS_BY_CODE, find_error_words

OF_OTHERS = [QuestionnaireError, SeasonError, PasskeyError, CeremonyError]


def list_own_errors():
    for module in pkgutil.walk_packages(amanah.programme_door.__path__, "amanah.programme_door."):
        if ".migrations" not in module.name and not module.name.endswith(("settings", "wsgi")):
            importlib.import_module(module.name)
    found, waiting = set(), [AmanahError]
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting += subclasses
        found |= {error for error in subclasses if error.__module__.startswith("amanah.programme_door")}
    return sorted(found, key=lambda error: error.code)


@pytest.mark.parametrize("error", [*list_own_errors(), *OF_OTHERS], ids=lambda error: error.code)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_refusal_of_this_door_has_words_of_its_own(error, language):
    assert error.code in WORDS_BY_CODE
    with translation.override(language):
        # A season's refusal takes a reason, the others take words, which are for logs and tests.
        words = find_error_words(error("begun"))
        said = [str(words.happened), str(words.kept), str(words.next_step)]
    assert all(said)
    assert error.code not in " ".join(said)
    if language == "ar":
        assert all(any("\u0600" <= letter <= "\u06ff" for letter in text) for text in said)


def test_there_are_no_words_for_refusals_that_do_not_exist():
    assert set(WORDS_BY_CODE) == {error.code for error in [*list_own_errors(), *OF_OTHERS]}
