"""Invented people with fixed keys, and one good document of every kind; tests and vectors begin with these."""

from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.credentials.authorisations import Draft, Evidence, Strength, build_authorisation
from amanah.core.credentials.identifiers import build_did_key
from amanah.core.credentials.notices import NoticeDraft, build_notice
from amanah.core.credentials.proofs import JCS, sign_document
from amanah.core.credentials.root_lists import Root, RootListDraft, Vote, build_root_list
from amanah.core.credentials.status_lists import StatusListDraft, StatusPlace, build_status_list

CREATED = "2026-11-25T20:00:00Z"


def build_key(number: int) -> Ed25519PrivateKey:
    """Give one of the fixed keys, which are nobody's."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def build_did(number: int) -> str:
    """Name that key."""
    return build_did_key(build_key(number).public_key().public_bytes_raw())


def build_uuid(number: int) -> str:
    """Give a fixed identifier that looks like a random one."""
    return f"urn:uuid:00000000-0000-4000-8000-{number:012x}"


def count_seconds(year: int, month: int = 1, day: int = 1) -> int:
    """Give the first second of a day."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


COMMUNITY, ROOT, TEACHER, STUDENT, OTHER = 1, 2, 3, 4, 5
ELDER = build_uuid(101)
WITNESSES = (build_uuid(102), build_uuid(103))
LIST_ID = build_uuid(301)
LIST_INDEX = 40_961

SIGNED = Draft(
    id=build_uuid(1),
    issuer=build_did(ROOT),
    issuer_name="Shaykha Zaynab Invented",
    giver=build_did(ROOT),
    holder=build_did(TEACHER),
    scope="quran/hafs",
    may_authorise=True,
    valid_from=count_seconds(2015, 3, 1),
    valid_until=count_seconds(2035, 3, 1),
    name="Quran in the reading of Hafs from Asim",
    description="May teach the recitation of the whole Quran in the reading of Hafs from Asim.",
    criteria="Recited the whole by heart, over four years.",
    evidence=(Evidence("Recitation", "Heard whole, from the first to the last chapter, in 2014."),),
    status=StatusPlace(LIST_ID, LIST_INDEX),
)
WITNESSED = Draft(
    id=build_uuid(2),
    issuer=build_did(COMMUNITY),
    issuer_name="Invented Commons",
    giver=ELDER,
    holder=build_did(STUDENT),
    scope="quran/hafs/juz-amma",
    may_authorise=False,
    valid_from=count_seconds(2020, 6, 1),
    parent=build_uuid(3),
    parent_hash=bytes(range(32)),
    strength=Strength.WITNESSED,
    witnesses=WITNESSES,
    name="الجزء الثلاثون برواية حفص",
    description="May teach the last thirtieth.",
    criteria="Heard by the elder in front of two witnesses.",
)
RECORDED = Draft(
    id=build_uuid(3),
    issuer=build_did(COMMUNITY),
    issuer_name="Invented Commons",
    giver=build_uuid(104),
    holder=ELDER,
    scope="quran",
    may_authorise=True,
    valid_from=count_seconds(1951, 4, 9),
    strength=Strength.RECORDED,
    name="Quran",
    description="May teach the Quran.",
    criteria="As the book says.",
    evidence=(Evidence("Book", "Invented, The Teachers of Nowhere, volume 2, page 40."),),
)
ENDED = NoticeDraft(
    id=build_uuid(201),
    kind="ended",
    subject=SIGNED.id,
    issuer=build_did(ROOT),
    valid_from=count_seconds(2024, 5, 2),
    name="Retired",
    reason="Stopped teaching at her own wish. What she gave before stands.",
)
VOID = NoticeDraft(
    id=build_uuid(202),
    kind="void",
    subject=RECORDED.id,
    issuer=build_did(COMMUNITY),
    valid_from=count_seconds(2024, 5, 2),
    name="The page does not exist",
    reason="The book that was cited has no such page.",
)
LIFETIME = NoticeDraft(
    id=build_uuid(203),
    kind="lifetime",
    subject=ELDER,
    issuer=build_did(COMMUNITY),
    valid_from=count_seconds(2026, 11, 25),
    name="Elder Yusuf Invented",
    reason="Years as on the stone.",
    lived_from=date(1931, 1, 1),
    lived_until=date(2021, 9, 30),
)
STATUS_LIST = StatusListDraft(
    id=LIST_ID,
    issuer=build_did(ROOT),
    revoked=frozenset({0, 7, 8, LIST_INDEX, 131_071}),
    valid_from=count_seconds(2026, 11, 25),
)
VOTE = Vote(
    held_on=date(2026, 9, 30),
    votes_for=31,
    votes_against=2,
    abstained=4,
    way="survey",
    occasion="00112233445566ff",
)
RECOGNISED = Root(
    id=build_did(ROOT),
    name="Shaykha Zaynab Invented",
    scopes=("quran", "arabic"),
    from_day=date(2015, 1, 1),
    until_day=date(2030, 12, 31),
    vote=VOTE,
    reasons="Taught here for eleven years.",
    history=("Zaynab from Yusuf, from those before him, as the book says.",),
    achievements={"https://college.invalid/achievements/hafs": "quran/hafs"},
)
COLLEGE = Root(
    id="https://college.invalid/issuer",
    name="Invented College",
    scopes=("arabic/grammar",),
    from_day=date(2020, 1, 1),
    vote=Vote(held_on=date(2026, 9, 30), votes_for=20, votes_against=0, abstained=17, way="meeting"),
    reasons="Its diplomas are known.",
)
ROOT_LIST = RootListDraft(
    community=build_did(COMMUNITY),
    name="Invented Commons",
    number=1,
    dated=count_seconds(2026, 11, 1),
    recorders=(build_did(OTHER),),
    longest_chain=16,
    roots=(RECOGNISED, COLLEGE),
)


def sign(document: dict[str, Any], number: int) -> dict[str, Any]:
    """Sign as 3.1 says, with one of the fixed keys."""
    return sign_document(document, build_key(number), created=CREATED)


def sign_list(document: dict[str, Any], number: int) -> dict[str, Any]:
    """Sign a root list as 6.1 says, with one of the fixed keys."""
    return sign_document(
        document, build_key(number), created=CREATED, suites=(JCS,), issuer=build_did(number)
    )


def list_documents() -> dict[str, dict[str, Any]]:
    """Give one signed document of every kind."""
    return {
        "signed": sign(build_authorisation(SIGNED), ROOT),
        "witnessed": sign(build_authorisation(WITNESSED), COMMUNITY),
        "recorded": sign(build_authorisation(RECORDED), COMMUNITY),
        "ended": sign(build_notice(ENDED), ROOT),
        "void": sign(build_notice(VOID), COMMUNITY),
        "lifetime": sign(build_notice(LIFETIME), COMMUNITY),
        "status-list": sign(build_status_list(STATUS_LIST), ROOT),
        "root-list": sign_list(build_root_list(ROOT_LIST), COMMUNITY),
    }
