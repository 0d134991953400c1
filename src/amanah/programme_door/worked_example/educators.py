"""Invented teachers with one of every case: signed, witnessed, recorded, ended, void, and honestly not checked.

Keys of invented givers are drawn here, sign once, and are forgotten. No real person's key ever comes to this door.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from amanah.core.credentials.authorisations import Evidence, Strength
from amanah.core.credentials.identifiers import build_did_key
from amanah.core.credentials.proofs import JCS, RDFC, compute_proof_input, sign_document
from amanah.core.credentials.reading import encode_jcs
from amanah.core.credentials.root_lists import Root, RootListDraft, Vote, build_root_list
from amanah.core.credentials.times import encode_time
from amanah.programme_door.credentials.actions import (
    Grant,
    answer_draft,
    end_authority,
    issue_authorisation,
    open_draft,
    record_lifetime,
    record_name,
)
from amanah.programme_door.credentials.actions.endings import Ending
from amanah.programme_door.credentials.queries import find_draft, find_paper
from amanah.programme_door.educators.actions import (
    EducatorPage,
    open_educator,
    record_concern_routes,
    record_consent,
    record_educator,
)
from amanah.programme_door.roots.actions import ListRules, publish_roots, record_other_list, record_root
from amanah.programme_door.scopes.actions import open_scope, record_scope_words
from amanah.programme_door.worked_example import educator_words as words
from amanah.web.settings import get_config

EDUCATORS_RANDOM_SIZE = 32
FIRST, SECOND = "en", "ar"
_LONGEST_CHAIN = 12
_WITH_KEYS = ("salma", "institute", "yusuf", "amina", "nadir", "neighbour")
_YEAR = timedelta(days=365)
_ASKED: dict[str, tuple[str, ...]] = {
    "amina": ("quran/hafs", "rulings"),
    "maryam": ("ethics", "history", "rulings"),
    "tariq": ("quran",),
    "layla": ("quran/hafs",),
    "jonah": (),
}


@dataclass(frozen=True)
class _Town:
    """The people of the example, and chance that is used once for each thing that it is drawn for."""

    seed: bytes
    now: datetime
    programme: str

    @property
    def seconds(self) -> int:
        """Give the moment as papers write it."""
        return int(self.now.timestamp())

    def draw(self, what: str, size: int = 512) -> bytes:
        """Draw chance for one thing."""
        return hashlib.shake_256(self.seed + what.encode()).digest(size)

    def get_key(self, name: str) -> Ed25519PrivateKey:
        """Give the key of somebody who has one."""
        return Ed25519PrivateKey.from_private_bytes(self.draw(f"key {name}", 32))

    def identify(self, name: str) -> str:
        """Give how papers name somebody."""
        if name in _WITH_KEYS:
            return build_did_key(self.get_key(name).public_key().public_bytes_raw())
        return f"urn:uuid:{uuid.UUID(bytes=self.draw(f'person {name}', 16), version=4)}"

    def find_moment(self, years: float) -> int:
        """Give a moment so many years ago, at the beginning of a day."""
        day = (self.now.astimezone(UTC) - years * _YEAR).date()
        return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())

    def find_day(self, years: float) -> date:
        """Give that day."""
        return datetime.fromtimestamp(self.find_moment(years), UTC).date()


def open_example_educators(programme: str, *, now: datetime, random_bytes: bytes) -> None:
    """Write down who teaches in the example, with the papers that show it; `random_bytes` are never used again."""
    if len(random_bytes) < EDUCATORS_RANDOM_SIZE:
        raise ValueError(f"The teachers of the example need {EDUCATORS_RANDOM_SIZE} random bytes.")
    town = _Town(random_bytes, now, programme)
    with transaction.atomic():
        for scope, said in words.SCOPES:
            open_scope(scope=scope, language=FIRST, texts=said[FIRST])
            record_scope_words(scope=scope, language=SECOND, texts=said[SECOND], is_shown=True)
        for person, name in words.NAMES.items():
            record_name(town.identify(person), name)
        _publish_lists(town)
        _give_authorities(town)
        _open_pages(town)


def _publish_lists(town: _Town) -> None:
    vote = Vote(
        held_on=town.find_day(6.1), votes_for=41, votes_against=2, abstained=6, way="meeting", occasion=None
    )
    for name, scopes, history in (
        ("salma", ("ethics", "quran"), words.HISTORY),
        ("institute", ("history",), ()),
    ):
        record_root(
            Root(
                id=town.identify(name),
                name=words.NAMES[name],
                scopes=scopes,
                from_day=town.find_day(6),
                until_day=town.find_day(-3),
                vote=vote,
                reasons=words.REASONS[name],
                history=history,
                achievements={},
            ),
            random_bytes=town.draw(f"root {name}"),
        )
    publish_roots(ListRules((), _LONGEST_CHAIN), now=town.seconds)
    record_other_list(_sign_neighbours_list(town), now=town.seconds)


def _sign_neighbours_list(town: _Town) -> bytes:
    """Give the list of another community, which recognises one of the two and for less."""
    community = town.identify("neighbour")
    vote = Vote(
        held_on=town.find_day(4.2), votes_for=12, votes_against=0, abstained=1, way="meeting", occasion=None
    )
    root = Root(
        id=town.identify("salma"),
        name=words.NAMES["salma"],
        scopes=("quran",),
        from_day=town.find_day(6),
        until_day=None,
        vote=vote,
        reasons=words.REASONS["neighbour"],
        history=(),
        achievements={},
    )
    dated = town.find_moment(0.5)
    draft = RootListDraft(
        community=community,
        name=words.NEIGHBOURS,
        number=1,
        dated=dated,
        previous=None,
        recorders=(),
        longest_chain=_LONGEST_CHAIN,
        roots=(root,),
    )
    signed = sign_document(
        build_root_list(draft),
        town.get_key("neighbour"),
        created=encode_time(dated),
        suites=(JCS,),
        issuer=community,
    )
    return encode_jcs(signed)


def _give_authorities(town: _Town) -> None:
    witnesses = (town.identify("zaynab"), town.identify("umar"))
    yusuf = _give(town, "salma", "yusuf", "quran", years=5, may_authorise=True)
    _give(town, "yusuf", "amina", "quran/hafs", years=2, under=yusuf)
    ibrahim = _give(town, "salma", "ibrahim", "ethics", years=5, may_authorise=True, heard="taught")
    _give(
        town,
        "ibrahim",
        "maryam",
        "ethics",
        years=3,
        under=ibrahim,
        heard="taught",
        strength=Strength.WITNESSED,
        witnesses=witnesses,
        evidence=_cite(town, *words.SCAN),
    )
    _give(
        town,
        "institute",
        "maryam",
        "history",
        years=4,
        heard="course",
        strength=Strength.RECORDED,
        evidence=(Evidence(*words.REGISTER),),
    )
    tariq = _give(
        town,
        "salma",
        "tariq",
        "quran",
        years=5.5,
        may_authorise=True,
        strength=Strength.WITNESSED,
        witnesses=witnesses,
        evidence=_cite(town, *words.SCAN),
    )
    nadir = _give(town, "salma", "nadir", "quran", years=3, may_authorise=True)
    _give(town, "nadir", "layla", "quran/hafs", years=1, under=nadir)
    _end(town, tariq, "ended", years=0.2, said=words.RETIRED)
    _end(town, nadir, "void", years=0.1, said=words.FRAUD)
    record_lifetime(
        town.identify("ibrahim"),
        lived=(date(1948, 1, 1), None),
        words=words.LIVED,
        now=town.seconds,
        random_bytes=town.draw("lifetime"),
    )


def _cite(town: _Town, name: str, narrative: str) -> tuple[Evidence, ...]:
    return (Evidence(name, f"{narrative} SHA-256 {town.draw('scan', 32).hex()}"),)


def _give(town: _Town, giver: str, holder: str, scope: str, **how: object) -> str:
    """Give an authority the way it is given at the desk; give the hash of the paper."""
    under = how.pop("under", None)
    paper = find_paper(str(under)) if under else None
    name, criteria = words.GRANTS[str(how.pop("heard", "heard"))]
    grant = Grant(
        giver=town.identify(giver),
        holder=town.identify(holder),
        scope=scope,
        valid_from=town.find_moment(float(str(how.pop("years")))),
        parent=paper.id if paper else None,
        name=dict(words.SCOPES)[scope][FIRST]["name"],
        description=name,
        criteria=criteria,
        **{"may_authorise": False} | how,  # type: ignore[arg-type]
    )
    chance = town.draw(f"grant {giver} {holder} {scope}")
    if grant.strength is not Strength.SIGNED:
        return issue_authorisation(grant, now=town.seconds, random_bytes=chance)
    secret = open_draft(grant, giver_name=words.NAMES[giver], now=town.seconds, random_bytes=chance)
    draft = find_draft(secret, today=town.now.astimezone(UTC).date())
    if draft is None:
        raise ValueError("The example's own draft is gone.")
    key, did, created = town.get_key(giver), town.identify(giver), encode_time(town.seconds)
    signatures = {
        suite: key.sign(compute_proof_input(draft.document, suite, did=did, created=created))
        for suite in (JCS, RDFC)
    }
    return answer_draft(secret, did, created, signatures, now=town.seconds)


def _end(town: _Town, document_hash: str, kind: str, *, years: float, said: tuple[str, str]) -> None:
    end_authority(
        document_hash,
        Ending(kind=kind, valid_from=town.find_moment(years), name=said[0], reason=said[1]),  # type: ignore[arg-type]
        now=town.seconds,
        random_bytes=town.draw(f"end {document_hash}"),
    )


def _open_pages(town: _Town) -> None:
    for language in (FIRST, SECOND):
        record_concern_routes(language, words.CONCERN[language])
    for slug, said in words.EDUCATORS.items():
        has_papers = bool(_ASKED[slug])
        pages = [
            EducatorPage(
                language=language,
                texts=said[language],
                holder=town.identify(slug) if has_papers else "",
                scopes=_ASKED[slug],
                programmes=(town.programme,) if slug != "tariq" else (),
                safeguarding_on=town.find_day(0.4) if "safeguarding_kind" in said[language] else None,
            )
            for language in (FIRST, SECOND)
        ]
        open_educator(slug, pages[0])
        record_educator(slug, pages[1])
        today = town.now.astimezone(get_config().time_zone).date()
        record_consent(slug, consent_on=today, is_shown=True, today=today)
