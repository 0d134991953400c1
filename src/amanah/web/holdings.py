"""What every stored column is for and how long it stays, in sentences; and the list of a door's columns.

Every field of every door carries `holding(purpose, retention)` as its `db_comment`. It never holds a value
from any row. Gates read the committed `holdings.json` of their door and need no Django;
`python -m amanah.web.holdings FILE` writes that file from the models of `DJANGO_SETTINGS_MODULE`.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from amanah.web.database import Database

NOT_STATED = "not-stated"
_CODE = re.compile(r"[a-z0-9_-]{1,64}")


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translators; pages translate it when they show it, so that gates need no Django."""
    return sentence


PURPOSES: Mapping[str, str] = {
    # programme door: pages
    "community-words": gettext_noop("The community's own words on its public pages."),
    "programme-name": gettext_noop("Short name of a programme, in its address and in the public log."),
    "programme-words": gettext_noop(
        "What a programme is, who teaches it and who pays, as shown to everyone."
    ),
    "programme-shown": gettext_noop("Whether a programme is on the public pages."),
    "page-cache": gettext_noop("A counter that tells when a public page has to be drawn again."),
    "invitation-count": gettext_noop(
        "How many invitations were printed in one go. Never the codes, never who got one."
    ),
    "session-schedule": gettext_noop("When and where a session takes place, as shown to everyone."),
    "session-words": gettext_noop("What a session is called, as shown to everyone."),
    "official-present": gettext_noop("Which official is in the room and why, as shown to everyone."),
    "survey-words": gettext_noop(
        "The questions of a survey and the choices under them, as shown to everyone."
    ),
    "survey-order": gettext_noop("In which order questions and choices are asked."),
    "survey-protection": gettext_noop(
        "How a device hides what is answered: the bag, its weight, who is asked. The same for everyone."
    ),
    "evaluation-plan": gettext_noop(
        "Which question of which surveys will be compared, as planned before anybody answered."
    ),
    "survey-plan": gettext_noop(
        "What a survey asks and how it will be counted, stated before the first answer."
    ),
    "season-lines": gettext_noop(
        "Which lines of trust and harm were stated for which season, the same as in the public log."
    ),
    "survey-evidence": gettext_noop(
        "What closed surveys counted about the lines of trust and harm. Sums, the same as anybody counts."
    ),
    "survey-schedule": gettext_noop("When a survey opens and closes."),
    "occasion-name": gettext_noop("Random name of one session or survey, the same as in the public log."),
    "occasion-rules": gettext_noop(
        "What is signed for one session or survey: kind, opening, closing. The same for everyone."
    ),
    "occasion-key": gettext_noop("Public key that checks passes for one session or survey."),
    "occasion-state": gettext_noop("Whether a session or survey is planned, open or closed."),
    "occasion-count": gettext_noop(
        "How many passes were spent on one session or survey. A number, not people."
    ),
    "room-code": gettext_noop("Secret from which the code on the room's screen is made."),
    "recount-file": gettext_noop("Fingerprint of the published file from which anyone can recount."),
    "wave-plan": gettext_noop(
        "Which sessions and surveys belong together, and when devices fetch their passes."
    ),
    "log-copy": gettext_noop("Copy of the public log, so that pages can show it."),
    "hand-over": gettext_noop("Entry for the public log that has not been handed over yet."),
    "log-position": gettext_noop("How far this door has read the public log."),
    # programme door: who teaches
    "scope-words": gettext_noop(
        "What can be taught here, in the community's own words, as shown to everyone."
    ),
    "teaching-paper": gettext_noop(
        "A signed paper about who may teach what. Shown to everyone where it stands behind somebody's page."
    ),
    "teaching-check": gettext_noop(
        "On which day a paper about teaching was last checked, and what it broke."
    ),
    "teaching-name": gettext_noop(
        "Name of somebody who gives, holds or witnesses an authority to teach, as shown to everyone."
    ),
    "teaching-draft": gettext_noop("An authority to teach that waits for its giver's signature."),
    "teaching-status": gettext_noop(
        "Which places of the public status list are given out, and which are ended."
    ),
    "root-words": gettext_noop("Whom this community recognises, for what, by which vote and why."),
    "educator-page": gettext_noop(
        "What the page about somebody who teaches says, in words that they agreed to show to everyone."
    ),
    "educator-consent": gettext_noop(
        "Since when somebody who teaches agrees that a page about them is shown."
    ),
    "educator-photograph": gettext_noop("A small picture of somebody who teaches, who agreed to show it."),
    "concern-routes": gettext_noop("Where to turn with a concern about somebody who teaches."),
    # programme door: spending
    "pass-spent-once": gettext_noop(
        "Random number of a spent pass, so that it counts once. It is linked to no card."
    ),
    "pass-proof": gettext_noop("Signature that lets anyone check that a spent pass was real."),
    "survey-answer": gettext_noop("The answers sent with one pass. Linked to no card, no time and no order."),
    # staff
    "organiser-name": gettext_noop("An organiser's name, which only colleagues see."),
    "organiser-sign-in": gettext_noop(
        "What an organiser's sign-in is checked against: password hash, one-time code, passkey."
    ),
    "organiser-language": gettext_noop("The language in which an organiser reads the desk."),
    "organiser-session": gettext_noop("That somebody is signed in at this door's desk on a device."),
    "guessing-brake": gettext_noop("How often a sign-in has failed, to slow down guessing. No addresses."),
    "first-setup": gettext_noop("Hash of the one-time address for setting up."),
    # card door
    "invitation-known": gettext_noop(
        "Hash of a printed invitation code, so that only real invitations work."
    ),
    "invitation-used": gettext_noop("That an invitation has been used, so that it works once. Not by whom."),
    "join-token-used": gettext_noop(
        "Fingerprint of a card key that was registered, so that one invitation makes one card. "
        "It stays when the card goes."
    ),
    "card-key": gettext_noop(
        "Public key of a card, so that a card can ask for passes. No name belongs to it."
    ),
    "card-revocation": gettext_noop("Hash of a slip with which a lost card can be ended."),
    "card-last-wave": gettext_noop("Which passes a card fetched last, so that it fetches them once."),
    "signing-key": gettext_noop(
        "Key that signs passes blindly, encrypted; destroyed when its session or survey closes."
    ),
    "served-count": gettext_noop("How many cards fetched a set of passes. A number, not people."),
    # request door
    "request-rules": gettext_noop("The rules by which requests are decided; published."),
    "request-case": gettext_noop(
        "What an outside body asked for, on what legal basis, and what was answered."
    ),
    "request-body": gettext_noop("Which public body asked, and in which office."),
    "request-officer": gettext_noop("Who asked for the body, so that it can be answered."),
    "request-people": gettext_noop("Whom an outside body named. Destroyed with the case."),
    "request-file": gettext_noop("The paper on which an outside body relies. Destroyed with the case."),
    "counter-brake": gettext_noop("How many papers were refused at the counter on a day. No addresses."),
    "request-decision": gettext_noop("What was decided about a request, and by which rules."),
    "request-answer": gettext_noop("The letter to the body, and what was given if anything was."),
    "request-deadline": gettext_noop("What is due when in a case."),
    "request-secrecy": gettext_noop(
        "That the law forbids to tell of a request, by which law and until when."
    ),
    "request-hold": gettext_noop("What must not be destroyed for now, because an order says so."),
    "request-record": gettext_noop("The private log of this door, which nobody can change or shorten."),
    "request-seal": gettext_noop(
        "Random numbers and fingerprints with which records were sealed into the public log."
    ),
    "request-report": gettext_noop("A report that was published on its fixed date."),
    "ask-words": gettext_noop("What an outside body asks of the community, as shown to everyone."),
    "ask-state": gettext_noop("Whether an ask waits, is shown, or has left."),
    "trustee-name": gettext_noop("Name of a trustee, who holds a public office here."),
    "trustee-key": gettext_noop("Public key with which a trustee signs decisions."),
    "trustee-signature": gettext_noop("A trustee's signature under a decision."),
    "trustee-link": gettext_noop("Hash of a one-time address for making a passkey."),
    "trustee-language": gettext_noop("The language in which a trustee reads the desk."),
    "trustee-panel": gettext_noop("Who the trustees are and how many must sign; published."),
    "desk-name": gettext_noop(
        "Name of a trustee, who holds a public office, or of somebody who takes requests in, whom only the desk sees."
    ),
    "calendar-link": gettext_noop("Hash of the secret address of a calendar of deadlines."),
    # log service
    "log-entry": gettext_noop("An entry of the public log; everyone can read it."),
    "log-tree": gettext_noop("Fingerprints that prove the public log was not rewritten."),
    "witness-memory": gettext_noop(
        "How far another community's public log had come when we vouched for it, and proof if it ever said two things."
    ),
    # every door
    "software-version": gettext_noop(
        "Which changes to the database have been made. Made by the software, about the software."
    ),
}

RETENTIONS: Mapping[str, str] = {
    "public-record": gettext_noop("For good: it is public."),
    "for-good": gettext_noop("For good: what others were given rests on it."),
    "until-changed": gettext_noop("Until an organiser changes or removes it."),
    "until-removed": gettext_noop("Until the account is removed."),
    "until-consent-withdrawn": gettext_noop(
        "Until the person takes their consent back; then it is destroyed."
    ),
    "until-closed": gettext_noop("Until the session or survey closes; then it is destroyed."),
    "until-published": gettext_noop(
        "Until the session or survey closes; then it stands in the public recount file."
    ),
    "until-logged": gettext_noop("Seconds: until the public log has it."),
    "until-used": gettext_noop("Until it is used or replaced. It works for one day."),
    "until-signed-out": gettext_noop("Until sign-out, or the first sign-in by anybody after ten hours."),
    "until-left": gettext_noop("Until the member leaves, or ends the card with its slip."),
    "until-link-used": gettext_noop("Until it is used or replaced, at most seven days."),
    "until-panel-changes": gettext_noop("Until the panel changes; what was published stays published."),
    "until-signed": gettext_noop("Until it is signed, withdrawn, or thirty days are over."),
    "until-next-day": gettext_noop("Until the first paper that is refused on a later day."),
    "until-opened": gettext_noop("For good. What may be told is opened in the next report."),
    "until-season-ends": gettext_noop("Until the season ends."),
    "until-lifted": gettext_noop("Until the trustees lift it by a decision."),
    "until-case-closed": gettext_noop("Until the case is closed and its time for complaints is over."),
    "as-long-as-software": gettext_noop("As long as this software is installed."),
}

# Tables that Django itself makes; they hold no member either, and stand on the page like all others.
_MADE_BY_DJANGO: Mapping[str, Mapping[str, str]] = {
    "django_migrations": dict.fromkeys(
        ("id", "app", "name", "applied"), "software-version/as-long-as-software"
    ),
    "django_session": dict.fromkeys(
        ("session_key", "session_data", "expire_date"), "organiser-session/until-signed-out"
    ),
}


@dataclass(frozen=True, order=True)
class HeldColumn:
    """One column, what it is for and how long it stays; codes of the catalogues above."""

    table: str
    column: str
    purpose: str
    retention: str

    @property
    def purpose_sentence(self) -> str:
        """Give the untranslated sentence; a code nobody declared is shown as it is, never hidden."""
        return PURPOSES.get(self.purpose, self.purpose)

    @property
    def retention_sentence(self) -> str:
        """Give the untranslated sentence."""
        return RETENTIONS.get(self.retention, self.retention)

    @property
    def is_stated(self) -> bool:
        """Tell whether both codes stand in the catalogues."""
        return self.purpose in PURPOSES and self.retention in RETENTIONS


def holding(purpose: str, retention: str) -> str:
    """Give the `db_comment` of a field; refuse a code that has no sentence."""
    if purpose not in PURPOSES:
        raise ValueError(f"Purpose '{purpose}' has no sentence in amanah/web/holdings.py.")
    if retention not in RETENTIONS:
        raise ValueError(f"Retention '{retention}' has no sentence in amanah/web/holdings.py.")
    return f"{purpose}/{retention}"


def parse_holding(comment: str) -> tuple[str, str]:
    """Read a `db_comment`; what states nothing is given as such, so that a page can show the gap."""
    purpose, _, retention = comment.partition("/")
    if not (_CODE.fullmatch(purpose) and _CODE.fullmatch(retention)):
        return (NOT_STATED, NOT_STATED)
    return (purpose, retention)


def list_model_columns() -> list[HeldColumn]:
    """List every column that the models of this process declare; needs Django."""
    from django.apps import apps

    columns = {
        HeldColumn(table, column, *parse_holding(comment))
        for table in ("django_migrations",)
        for column, comment in _MADE_BY_DJANGO[table].items()
    }
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        known = _MADE_BY_DJANGO.get(table, {})
        for field in model._meta.local_concrete_fields:
            name = str(field.column)
            comment = known.get(name, "") or field.db_comment or ""
            columns.add(HeldColumn(table, name, *parse_holding(comment)))
    return sorted(columns)


def list_live_columns(connection: "BaseDatabaseWrapper", declared: Iterable[HeldColumn]) -> list[HeldColumn]:
    """List the columns that stand in the database now; one that nobody declared is listed as not stated."""
    stated = {(column.table, column.column): column for column in declared}
    live: list[HeldColumn] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for description in connection.introspection.get_table_description(cursor, table):
                name = description.name
                live.append(stated.get((table, name)) or HeldColumn(table, name, NOT_STATED, NOT_STATED))
    return sorted(live)


def list_stored_columns(database: "Database", declared: Iterable[HeldColumn]) -> list[HeldColumn]:
    """List the columns that stand in a gate's database now, as `list_live_columns` does, without Django."""
    stated = {(column.table, column.column): column for column in declared}
    sql = (
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        if database.vendor == "sqlite"
        else "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    return sorted(
        stated.get((table, name)) or HeldColumn(table, name, NOT_STATED, NOT_STATED)
        for table, name in database.execute(sql)
    )


def parse_holdings(path: Path) -> list[HeldColumn]:
    """Read a door's committed list; this is what its gate declares in the public log."""
    return [HeldColumn(*row) for row in json.loads(path.read_text(encoding="utf-8"))]


def encode_holdings(columns: Iterable[HeldColumn]) -> str:
    """Give the text of a door's `holdings.json`, one column a line so that a change reads well."""
    rows = (
        json.dumps([column.table, column.column, column.purpose, column.retention])
        for column in sorted(columns)
    )
    return "[\n" + ",\n".join(rows) + "\n]\n"


def main(arguments: list[str]) -> None:
    """Write the list of the models that `DJANGO_SETTINGS_MODULE` names into the file given."""
    import django

    django.setup()
    Path(arguments[0]).write_text(encode_holdings(list_model_columns()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
