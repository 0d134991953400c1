"""Under no instrument that we ship does anything bulk or anything without an order pass."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from amanah.core.data_requests.deciding import decide_request
from amanah.core.data_requests.facts import RequestFacts
from amanah.core.data_requests.jurisdictions import Instrument, Pack, parse_pack
from tests.core.data_requests.cases import MANY, RULES_IN_FORCE, facts

SOURCE = Path(__file__).resolve().parents[3] / "src"


FEW = settings(MANY, max_examples=40)
PACKS = [
    parse_pack(path.read_bytes())
    for path in sorted((SOURCE / "amanah" / "request_door" / "jurisdictions" / "packs").glob("*.json"))
]
INSTRUMENTS = [instrument for pack in PACKS for instrument in pack.instruments]


def test_there_are_packs_to_judge() -> None:
    assert {"uk", "us"} <= {pack.code for pack in PACKS}


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.code)
@FEW
@given(drawn=facts())
def test_no_instrument_gives_a_class_or_anything_that_it_does_not_order(
    instrument: Instrument, drawn: RequestFacts
) -> None:
    signer = next(iter(instrument.signed_by), "nobody")
    signed = replace(drawn, signed_by=signer) if drawn.signed_by == "judge" else drawn
    verdict = decide_request(signed, instrument, RULES_IN_FORCE)
    if verdict.scope is not None:
        assert instrument.force == "compulsory"
        assert verdict.scope.people
        assert signed.asked.people
        assert signed.ordered is not None
        assert signed.ordered.people
    if instrument.force in {"voluntary", "contract"}:
        assert verdict.outcome == "refuse"


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.code)
def test_what_is_asked_without_a_paper_binds_nobody_in_any_country(pack: Pack) -> None:
    informal = pack.find(pack.informal_ask)
    assert informal is not None
    assert informal.force == "voluntary"
