"""One key per occasion in the whole log, or none at all: a second key could mark members apart."""

from typing import Any

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.passes.wave_keys import WaveKeysError, find_wave_keys
from tests.core.passes.material import JOIN, SESSION, SURVEY, open_issuer

PLANNED: dict[str, Any] = {"occasions": [SESSION.descriptor(), SURVEY.descriptor()]}
SPKI = [encode_base64url(open_issuer(place).public_key.spki) for place in range(3)]
PAIRS = [[SESSION.occasion, SPKI[2]], [SURVEY.occasion, SPKI[1]]]
OPENED: dict[str, Any] = {"keys": PAIRS}
JOINED: dict[str, Any] = {"descriptor": JOIN.descriptor(), "spki": SPKI[0]}
OTHER = "9999999999999999"


def test_a_wave_gives_its_keys_in_the_order_of_its_plan() -> None:
    keys = find_wave_keys(PLANNED, [{"keys": [[OTHER, "AAAA"]]}, OPENED], [JOINED])
    assert [key.occasion for key in keys] == [SESSION, SURVEY]
    assert [key.public_key for key in keys] == [open_issuer(2).public_key, open_issuer(1).public_key]


@pytest.mark.parametrize(
    ("opened", "joined"),
    [
        ([], []),
        ([{"keys": PAIRS[:1]}], []),
        ([{"keys": PAIRS[::-1]}], []),
        ([{"keys": PAIRS + PAIRS[:1]}], []),
        ([{"keys": PAIRS[:1]}, {"keys": PAIRS[1:]}], []),
        ([OPENED, OPENED], []),
        ([OPENED, {"keys": [[SURVEY.occasion, SPKI[0]]]}], []),
        ([OPENED, {"keys": [[OTHER, SPKI[1]]]}], []),
        ([OPENED], [{"descriptor": {"occasion": SURVEY.occasion}, "spki": SPKI[0]}]),
        ([OPENED], [{"descriptor": JOIN.descriptor(), "spki": SPKI[1]}]),
        ([{"keys": [PAIRS[0], [SURVEY.occasion, "AAAA"]]}], []),
        ([{"keys": [PAIRS[0], [SURVEY.occasion, "A"]]}], []),
        ([{"keys": [PAIRS[0], [SURVEY.occasion]]}], []),
        ([{"keys": None}], []),
        ([{}], []),
    ],
)
def test_a_log_with_any_other_keys_gives_none(
    opened: list[dict[str, Any]], joined: list[dict[str, Any]]
) -> None:
    with pytest.raises(WaveKeysError):
        find_wave_keys(PLANNED, opened, joined)


@pytest.mark.parametrize(
    "planned", [{}, {"occasions": [{}]}, {"occasions": None}, {"occasions": [SURVEY.descriptor()]}]
)
def test_a_plan_that_does_not_fit_gives_no_keys(planned: dict[str, Any]) -> None:
    with pytest.raises(WaveKeysError):
        find_wave_keys(planned, [OPENED])
