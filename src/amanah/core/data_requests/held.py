"""Says, of each kind of data that can be asked for, whether the doors hold any, from what they declared in public.

It never guesses: of a purpose that is not in its table, nothing is claimed to be absent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from amanah.core.data_requests.scopes import CATEGORIES

OFFICES = ("card-door", "log", "programme-door", "request-door")
"""Everybody who holds columns, and declares them in the public log."""
_PUBLIC = ("public-records",)
_ACCOUNTS = ("staff-accounts",)
_ACCOUNT_IDENTITY = ("identity", "staff-accounts")
_CASES = ("request-records",)

HELD_UNDER: Mapping[str, tuple[str, ...]] = {
    "ask-state": _PUBLIC,
    "ask-words": _PUBLIC,
    "calendar-link": _ACCOUNTS,
    "card-key": ("other-records",),
    "card-last-wave": ("other-records",),
    "card-revocation": ("other-records",),
    "community-words": _PUBLIC,
    "concern-routes": _PUBLIC,
    "counter-brake": (),
    "desk-name": _ACCOUNT_IDENTITY,
    "educator-consent": ("identity", "public-records"),
    "educator-page": ("identity", "public-records"),
    "educator-photograph": ("identity", "public-records"),
    "evaluation-plan": _PUBLIC,
    "first-setup": (),
    "guessing-brake": _ACCOUNTS,
    "hand-over": _PUBLIC,
    "invitation-count": (),
    "invitation-known": (),
    "invitation-used": (),
    "join-token-used": ("other-records",),
    "log-copy": _PUBLIC,
    "log-entry": _PUBLIC,
    "log-position": (),
    "log-tree": _PUBLIC,
    "occasion-count": _PUBLIC,
    "occasion-key": _PUBLIC,
    "occasion-name": _PUBLIC,
    "occasion-rules": _PUBLIC,
    "occasion-state": _PUBLIC,
    "official-present": _PUBLIC,
    "organiser-language": _ACCOUNTS,
    "organiser-name": _ACCOUNT_IDENTITY,
    "organiser-session": _ACCOUNTS,
    "organiser-sign-in": _ACCOUNTS,
    "page-cache": (),
    "pass-proof": ("other-records",),
    "pass-spent-once": ("other-records",),
    "programme-name": _PUBLIC,
    "programme-shown": _PUBLIC,
    "programme-words": _PUBLIC,
    "recount-file": _PUBLIC,
    "request-answer": _CASES,
    "request-body": _CASES,
    "request-case": _CASES,
    "request-deadline": _CASES,
    "request-decision": _CASES,
    "request-file": _CASES,
    "request-hold": _CASES,
    "request-officer": ("identity", "request-records"),
    "request-people": ("identity", "request-records"),
    "request-record": _CASES,
    "request-report": _PUBLIC,
    "request-rules": _PUBLIC,
    "request-seal": _CASES,
    "request-secrecy": _CASES,
    "root-words": _PUBLIC,
    "room-code": (),
    "scope-words": _PUBLIC,
    "season-lines": _PUBLIC,
    "served-count": (),
    "session-schedule": _PUBLIC,
    "session-words": _PUBLIC,
    "signing-key": (),
    "software-version": (),
    "survey-answer": ("answers",),
    "survey-evidence": _PUBLIC,
    "survey-order": _PUBLIC,
    "survey-plan": _PUBLIC,
    "survey-protection": _PUBLIC,
    "survey-schedule": _PUBLIC,
    "survey-words": _PUBLIC,
    "teaching-check": _PUBLIC,
    "teaching-draft": ("identity", "other-records"),
    "teaching-name": ("identity", "public-records"),
    "teaching-paper": ("identity", "other-records", "public-records"),
    "teaching-status": _PUBLIC,
    "trustee-key": _ACCOUNTS,
    "trustee-language": _ACCOUNTS,
    "trustee-link": _ACCOUNTS,
    "trustee-name": _ACCOUNT_IDENTITY,
    "trustee-panel": _PUBLIC,
    "trustee-signature": ("request-records", "staff-accounts"),
    "wave-plan": _PUBLIC,
    "witness-memory": _PUBLIC,
}
"""Each purpose of `holdings_declared`, and the kinds of data that it is; some are no data about anything asked."""


@dataclass(frozen=True)
class DeclaredColumn:
    """One column that an office declared in the public log."""

    office: str
    column: str
    purpose: str
    retention: str


@dataclass(frozen=True)
class Holdings:
    """What every office declared last; `silent` are those that declared nothing yet."""

    columns: tuple[DeclaredColumn, ...]
    silent: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether everybody declared, and only what the table knows; else nothing can be said to be absent."""
        return not self.silent and all(column.purpose in HELD_UNDER for column in self.columns)

    def list_purposes(self, office: str) -> tuple[tuple[str, str], ...]:
        """List what an office keeps for what and how long, each once."""
        return tuple(
            sorted({(column.purpose, column.retention) for column in self.columns if column.office == office})
        )

    def list_held(self, category: str) -> tuple[tuple[str, str], ...]:
        """List (office, purpose) under which data of a kind is held."""
        found = {
            (column.office, column.purpose)
            for column in self.columns
            if category in HELD_UNDER.get(column.purpose, ())
        }
        return tuple(sorted(found))


def build_holdings(declared: Mapping[str, Iterable[tuple[str, str, str, str]]]) -> Holdings:
    """Join what each office declared: rows of table, column, purpose and retention."""
    columns = [
        DeclaredColumn(office, f"{table}.{column}", purpose, retention)
        for office in OFFICES
        for table, column, purpose, retention in declared.get(office, ())
    ]
    return Holdings(tuple(columns), tuple(office for office in OFFICES if office not in declared))


def list_absent(holdings: Holdings, categories: Iterable[str] = CATEGORIES) -> tuple[str, ...]:
    """List the kinds of data that nobody here holds; none where the declarations are not whole."""
    if not holdings.is_whole:
        return ()
    return tuple(category for category in categories if not holdings.list_held(category))
