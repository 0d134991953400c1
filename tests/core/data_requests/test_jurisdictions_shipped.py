"""The packs that come with Amanah: every row that was researched, what it says, and where nobody is sure."""

import re
from pathlib import Path

import pytest

from amanah.core.data_requests.jurisdictions import Instrument, Pack, parse_pack

SOURCE = Path(__file__).resolve().parents[3] / "src"
FOLDER = SOURCE / "amanah" / "request_door" / "jurisdictions" / "packs"
PACKS = {code: parse_pack((FOLDER / f"{code}.json").read_bytes()) for code in ("uk", "us")}
INSTRUMENTS = [instrument for pack in PACKS.values() for instrument in pack.instruments]

# What was found out about each, and the members that were not confirmed when it was.
ROWS = {
    "uk-informal-ask": ("voluntary", "possible", "yes", {"telling"}),
    "uk-dpa-2018-sch2-para2": ("voluntary", "hard-to-justify", "yes-unless-prejudice", {"telling"}),
    "uk-dpa-2018-sch1-para10": ("voluntary", "possible", "yes-unless-prejudice", {"law", "telling"}),
    "uk-gdpr-art9-2-d": ("restricts-holder", "not-applicable", "not-applicable", {"law"}),
    "uk-pace-s8-warrant": ("compulsory", "described-material", "not-checked", {"challenge"}),
    "uk-pace-s9-production-order": ("compulsory", "described-material", "risky", {"telling"}),
    "uk-pace-s14-special-procedure": ("protects", "not-applicable", "not-applicable", set()),
    "uk-pace-s11-s12-excluded-material": ("protects", "not-applicable", "not-applicable", {"sentences"}),
    "uk-ta-2000-sch5-para5": (
        "compulsory",
        "described-material",
        "risky",
        {"telling", "secrecy", "challenge"},
    ),
    "uk-ta-2000-s38b": ("duty-on-everyone", "no", "not-applicable", set()),
    "uk-ipa-2016-communications-data": ("compulsory", "hard-to-justify", "no", {"force", "secrecy"}),
    "uk-ipa-2016-notice": ("compulsory", "possible", "no", {"secrecy"}),
    "uk-ipa-2016-bulk-acquisition-warrant": ("compulsory", "possible", "no", {"secrecy"}),
    "uk-ripa-2000-s49": ("compulsory", "described-material", "yes-unless-ordered", {"bulk"}),
    "uk-witness-summons": ("compulsory", "hard-to-justify", "yes", {"telling", "challenge"}),
    "uk-civil-disclosure": ("compulsory", "hard-to-justify", "usually", {"challenge"}),
    "uk-contract-clause": ("contract", "possible", "not-checked", {"telling"}),
    "uk-gdpr-art11": ("protects", "not-applicable", "not-applicable", {"sentences"}),
    "uk-gdpr-art15": ("duty-of-holder", "not-applicable", "not-applicable", {"sentences"}),
    "uk-gdpr-art17": ("duty-of-holder", "not-applicable", "not-applicable", {"sentences"}),
    "uk-gdpr-art33": ("duty-of-holder", "not-applicable", "not-applicable", {"answer_within_days"}),
    "uk-gdpr-art34": ("duty-of-holder", "not-applicable", "not-applicable", {"sentences"}),
    "uk-gdpr-art35": ("duty-of-holder", "not-applicable", "not-applicable", {"sentences"}),
    "uk-other-written-order": ("unknown", "not-checked", "not-checked", {"force", "secrecy"}),
    "us-informal-ask": ("voluntary", "possible", "yes", set()),
    "us-sca-2702": ("restricts-holder", "not-applicable", "not-applicable", set()),
    "us-subpoena": ("compulsory", "possible", "yes-unless-ordered", set()),
    "us-2703d-order": ("compulsory", "described-material", "yes-unless-ordered", {"challenge", "sentences"}),
    "us-warrant": ("compulsory", "described-material", "yes-unless-ordered", {"secrecy"}),
    "us-nsl": ("compulsory", "no", "no", {"note"}),
    "us-contract-clause": ("contract", "possible", "not-checked", {"telling"}),
    "us-ferpa": ("restricts-holder", "not-applicable", "yes-unless-ordered", set()),
    "us-first-amendment-association": (
        "protects",
        "not-applicable",
        "not-applicable",
        {"challenge", "sentences"},
    ),
    "us-other-written-order": ("unknown", "not-checked", "not-checked", {"force", "secrecy"}),
}
SECRET = {
    "uk-ta-2000-sch5-para5": "Terrorism Act 2000, section 39",
    "uk-ipa-2016-communications-data": "Investigatory Powers Act 2016, section 82",
    "uk-ipa-2016-bulk-acquisition-warrant": "Investigatory Powers Act 2016, section 174",
    "uk-ripa-2000-s49": "Regulation of Investigatory Powers Act 2000, section 54",
    "us-subpoena": "18 U.S.C. § 2705(b)",
    "us-2703d-order": "18 U.S.C. § 2705(b)",
    "us-nsl": "18 U.S.C. § 2709(c)",
}


def find(code: str) -> Instrument:
    return next(instrument for instrument in INSTRUMENTS if instrument.code == code)


def test_every_row_that_was_researched_is_there_and_no_other() -> None:
    assert {instrument.code for instrument in INSTRUMENTS} == set(ROWS)


@pytest.mark.parametrize("code", ROWS)
def test_a_row_says_what_was_found_and_marks_what_was_not_confirmed(code: str) -> None:
    instrument = find(code)
    force, bulk, telling, unconfirmed = ROWS[code]
    assert (instrument.force, instrument.bulk, instrument.telling) == (force, bulk, telling)
    assert unconfirmed <= set(instrument.check_with_counsel)


@pytest.mark.parametrize(("code", "law"), SECRET.items())
def test_secrecy_that_can_bind_is_named_by_its_law(code: str, law: str) -> None:
    secrecy = find(code).secrecy
    assert secrecy is not None
    assert secrecy.law == law


def test_an_order_under_the_terrorism_act_reaches_what_other_orders_do_not() -> None:
    protections = {"uk-pace-s14-special-procedure", "uk-pace-s11-s12-excluded-material"}
    assert set(find("uk-ta-2000-sch5-para5").reaches) == protections
    assert set(find("uk-pace-s9-production-order").reaches) == {"uk-pace-s14-special-procedure"}
    assert find("uk-ta-2000-sch5-para5").answer_within_days == 7


@pytest.mark.parametrize("code", ["uk-pace-s9-production-order", "uk-ta-2000-sch5-para5"])
def test_what_such_an_order_names_must_not_be_destroyed(code: str) -> None:
    assert find(code).must_not_destroy is True


def test_of_a_paper_that_binds_nobody_says_that_it_may_be_destroyed() -> None:
    assert {i.code for i in INSTRUMENTS if i.can_be_asked_under and i.must_not_destroy is False} == set()


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.code)
def test_a_row_speaks_in_two_plain_sentences_of_both_languages(instrument: Instrument) -> None:
    assert [*instrument.sentences] == ["en", "ar"]
    assert len(re.findall(r"[.](?: |$)", instrument.sentences["en"])) <= 2
    for texts in filter(None, (instrument.names, instrument.sentences, instrument.note)):
        assert re.search(r"[\u0600-\u06ff]", texts["ar"])
        assert not re.search(r"[\u0600-\u06ff]", texts["en"])
        assert not re.search(r"[,;?]", re.sub(r"[A-Za-z0-9 .§,;?’()]{4,}", "", texts["ar"])), texts["ar"]
        assert "جماعة" not in texts["ar"]


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_source_without_an_address_says_what_it_is(pack: Pack) -> None:
    for instrument in pack.instruments:
        assert all(len(source.text) > 20 or source.url for source in instrument.sources), instrument.code


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda instrument: instrument.code)
def test_a_row_that_was_not_read_anywhere_is_confirmed_in_nothing(instrument: Instrument) -> None:
    texts = [source.text for source in instrument.sources]
    if all("not read" in text or "no source was read" in text for text in texts):
        assert {"force", "sentences"} <= set(instrument.check_with_counsel), instrument.code


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_the_reference_counts_what_is_in_the_file(pack: Pack) -> None:
    text = (SOURCE.parent / "docs" / "reference" / "jurisdictions.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{pack.code}` |"))
    marks = sum(len(instrument.check_with_counsel) for instrument in pack.instruments)
    assert row.endswith(f"| {len(pack.instruments)} | {marks} |")
