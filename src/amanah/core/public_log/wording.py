"""Every kind of entry in plain words, for pages, feeds and commands; it never repeats what the entry does not say.

Sentences are gettext messages with named places, in English; whoever shows them gives a `Teller` that translates.
Counts stand behind a colon, so that no language has to bend its words for them.
"""

import math
from collections.abc import Mapping

from amanah.core.errors import RefusedError
from amanah.core.public_log.credential_wording import DESCRIBE_CREDENTIALS
from amanah.core.public_log.entries import Entry, check_schema
from amanah.core.public_log.request_wording import DESCRIBE_REQUESTS
from amanah.core.public_log.schemas import CARD_DOOR, ENTRY_SCHEMAS, LOG, PROGRAMME_DOOR, REQUEST_DOOR
from amanah.core.public_log.teller import (
    SHORT_HASH,
    Describe,
    Teller,
    Translate,
    gettext_noop,
    tell_counts,
)

_NOT_STATED = "not-stated"
_MOST_ODDS = 1_000_000

KIND_NAMES: Mapping[str, str] = {
    "door_admitted": gettext_noop("Office admitted"),
    "door_started": gettext_noop("Software started"),
    "holdings_declared": gettext_noop("What is held"),
    "policy_stated": gettext_noop("Witnesses named"),
    "rules_stated": gettext_noop("Waiting times"),
    "programme_stated": gettext_noop("Programme changed"),
    "join_key_opened": gettext_noop("Joining opened"),
    "invitations_printed": gettext_noop("Invitations printed"),
    "wave_planned": gettext_noop("Sessions planned"),
    "wave_opened": gettext_noop("Keys made"),
    "occasion_closed": gettext_noop("Closed and counted"),
    "occasion_key_destroyed": gettext_noop("Key destroyed"),
    "survey_stated": gettext_noop("Survey planned"),
    "evaluation_stated": gettext_noop("Evaluation planned"),
    "season_stated": gettext_noop("Season of trust"),
    "gate_read": gettext_noop("Trust read"),
    "gate_closed": gettext_noop("Trust gate closed"),
    "panel_stated": gettext_noop("Trustees named"),
    "request_rules_stated": gettext_noop("Rules for requests"),
    "slots_sealed": gettext_noop("Records sealed"),
    "report_stated": gettext_noop("Report on requests"),
    "season_confirmed": gettext_noop("Season confirmed"),
    "ask_posted": gettext_noop("Ask let in"),
    "ask_withdrawn": gettext_noop("Ask taken down"),
    "credential_stated": gettext_noop("Credential shown"),
    "roots_stated": gettext_noop("Root list"),
    "heartbeat": gettext_noop("Sign of life"),
}
OFFICE_NAMES: Mapping[str, str] = {
    LOG: gettext_noop("the log itself"),
    CARD_DOOR: gettext_noop("the card door"),
    PROGRAMME_DOOR: gettext_noop("the programme door"),
    REQUEST_DOOR: gettext_noop("the request door"),
}
_UNKNOWN_KIND = gettext_noop("Unknown kind")
_UNKNOWN = gettext_noop(
    "This entry is of a kind that this version of the software does not know. It is kept and shown as it was written."
)
_MALFORMED = gettext_noop(
    "This entry does not have the form that its kind must have. A log that holds it cannot be believed."
)
_ADMITTED = gettext_noop(
    "The log took in a new office: %(office)s. What this office says must be signed with the key that begins "
    "with %(key)s."
)
_STARTED = gettext_noop("%(office)s started, with version %(version)s of the software.")
_GIVES_CLIENT = gettext_noop(
    "The program that it gives to browsers has the fingerprint that begins with %(client)s."
)
_GIVES_NO_CLIENT = gettext_noop("It gives no program to browsers.")
_DECLARED = gettext_noop(
    "%(office)s said what it holds. Tables: %(tables)s; columns in them: %(columns)s. "
    "Each column is listed with what it is for and how long it stays."
)
_NOT_ALL_STATED = gettext_noop("Columns without a stated purpose: %(count)s.")
_POLICY = gettext_noop(
    "The log named who watches it. Witnesses: %(witnesses)s; needed for the log to be believed: %(least)s. "
    "The file that names them has the fingerprint that begins with %(policy)s."
)
_NO_WITNESS_NEEDED = gettext_noop("As long as none is needed, only the log's own signature stands behind it.")
_RULES = gettext_noop(
    "The programme door stated its waiting times. A device waits up to %(register_window)s before it asks for its "
    "card, a card must be %(minimum_age)s old before it gets passes, and passes can be fetched for at least "
    "%(fetch_window)s."
)
_DEMO_PACE = gettext_noop("This is the short pace for trying things out. It protects nobody.")
_FACTS = gettext_noop(
    "What everybody can read about the programme %(programme)s was published or changed. It now has the "
    "fingerprint that begins with %(facts)s."
)
_NO_FACTS = gettext_noop("The programme %(programme)s is no longer shown to the public.")
_JOIN_KEY = gettext_noop(
    "The card door made the key with which cards are made for the community %(community)s. Cards can be made from "
    "%(opens_at)s to %(closes_at)s. Its name is %(occasion)s."
)
_SHEETS = gettext_noop(
    "The programme door printed invitations on open sheets: %(printed)s. Only fingerprints of their codes stand here."
)
_SEALED = gettext_noop(
    "The programme door printed invitations for sealed paper cards: %(printed)s. Only fingerprints of their codes "
    "stand here."
)
_REPLACING = gettext_noop("They replace lost cards.")
_PLANNED = gettext_noop(
    "The programme door planned what can be taken part in. Sessions: %(sessions)s; surveys: %(surveys)s. Devices "
    "fetch their passes from %(fetch_from)s to %(fetch_until)s, with a card that is at least %(minimum_age)s old. "
    "The plan's name is %(wave)s."
)
_OPENED = gettext_noop(
    "The card door made one key for each session and survey of the plan %(wave)s. Keys: %(keys)s. From now on "
    "everybody can see that no second key signs for them."
)
_CLOSED = gettext_noop(
    "The programme door closed the occasion %(occasion)s and published the count. Passes used: %(redeemed)s. The file "
    "from which anybody can recount has the fingerprint that begins with %(bundle)s."
)
_DESTROYED = gettext_noop(
    "The card door destroyed the key of the occasion %(occasion)s; nobody can make another pass for it. Cards that "
    "fetched passes: %(served)s; cards ever made: %(cards)s; invitations used: %(invitations_used)s; of these, to "
    "replace a lost card: %(replacements)s."
)
_SURVEY = gettext_noop(
    "The programme door stated what the survey %(occasion)s asks and how it will be counted, before anybody could "
    "answer. The plan has the fingerprint that begins with %(plan)s."
)
_EVALUATION = gettext_noop(
    "The programme door stated how the evaluation %(evaluation)s will be judged, whatever comes out. The plan has the "
    "fingerprint that begins with %(plan)s."
)
_SEASON = gettext_noop(
    "The community drew its lines for the season %(season)s, from %(starts_at)s to %(ends_at)s. Outside bodies may ask "
    "a favour only when trust is surely above %(line)s in 100; an alarm rings when harm is surely above "
    "%(harm)s in 100."
)
_GATE_OPEN = gettext_noop(
    "After the survey %(occasion)s the trust gate of the season %(season)s is open. Surveys counted: %(batches)s."
)
_GATE_SHUT = gettext_noop(
    "After the survey %(occasion)s the trust gate of the season %(season)s is shut. Surveys counted: %(batches)s."
)
_EVIDENCE = gettext_noop(
    "The evidence that there is enough trust stands at %(odds)s to 1; the gate opens at 20 to 1."
)
_CLOSED_BY_ALARM = gettext_noop(
    "The trust gate of the season %(season)s is closed for the rest of the season: the harm alarm rang."
)
_CLOSED_BY_TRUSTEES = gettext_noop(
    "The trust gate of the season %(season)s is closed for the rest of the season, by the trustees."
)
_HEARTBEAT = gettext_noop("The log says that it is still there. Entries before this one: %(entries)s.")


def name_kind(kind: str, translate: Translate = str) -> str:
    """Give the short name of a kind of entry."""
    return translate(KIND_NAMES.get(kind, _UNKNOWN_KIND))


def name_office(by: str, translate: Translate = str) -> str:
    """Give the name of the office that wrote an entry; never that of a person."""
    return translate(OFFICE_NAMES[by])


def describe_entry(entry: Entry, translate: Translate = str, teller: Teller | None = None) -> str:
    """Say in a sentence or two what an entry says; a `teller` also writes times and numbers in its reader's way."""
    told_by = teller or Teller(translate)
    if entry.kind not in ENTRY_SCHEMAS:
        return told_by.tell(_UNKNOWN)
    try:
        check_schema(entry)
    except RefusedError:
        return told_by.tell(_MALFORMED)
    return " ".join(_DESCRIBE[entry.kind](entry, told_by))


def _describe_admitted(entry: Entry, teller: Teller) -> list[str]:
    office = name_office(entry.body["door"], teller.translate)
    return [teller.tell(_ADMITTED, office=office, key=entry.body["key"][:SHORT_HASH])]


def _describe_started(entry: Entry, teller: Teller) -> list[str]:
    office = name_office(entry.by, teller.translate)
    client = entry.body["client"]
    return [
        teller.tell(_STARTED, office=office, version=entry.body["version"]),
        teller.tell(_GIVES_CLIENT, client=client[:SHORT_HASH]) if client else teller.tell(_GIVES_NO_CLIENT),
    ]


def _describe_holdings(entry: Entry, teller: Teller) -> list[str]:
    columns: list[list[str]] = entry.body["columns"]
    values = {
        "office": name_office(entry.by, teller.translate),
        "tables": teller.tell_number(len({column[0] for column in columns})),
        "columns": teller.tell_number(len(columns)),
    }
    sentences = [teller.tell(_DECLARED, **values)]
    unstated = sum(_NOT_STATED in column[2:] for column in columns)
    if unstated:
        sentences.append(teller.tell(_NOT_ALL_STATED, count=teller.tell_number(unstated)))
    return sentences


def _describe_policy(entry: Entry, teller: Teller) -> list[str]:
    counts = tell_counts(entry.body, teller, "witnesses", "least")
    sentences = [teller.tell(_POLICY, **counts, policy=entry.body["policy"][:SHORT_HASH])]
    if entry.body["least"] == 0:
        sentences.append(teller.tell(_NO_WITNESS_NEEDED))
    return sentences


def _describe_rules(entry: Entry, teller: Teller) -> list[str]:
    names = ("register_window", "minimum_age", "fetch_window")
    sentences = [teller.tell(_RULES, **{name: teller.tell_duration(entry.body[name]) for name in names})]
    if entry.body["pace"] == "demo":
        sentences.append(teller.tell(_DEMO_PACE))
    return sentences


def _describe_programme(entry: Entry, teller: Teller) -> list[str]:
    programme = entry.ref or ""
    facts = entry.body["facts"]
    if facts is None:
        return [teller.tell(_NO_FACTS, programme=programme)]
    return [teller.tell(_FACTS, programme=programme, facts=facts[:SHORT_HASH])]


def _describe_join_key(entry: Entry, teller: Teller) -> list[str]:
    descriptor = entry.body["descriptor"]
    times = {name: teller.tell_time(descriptor[name]) for name in ("opens_at", "closes_at")}
    return [teller.tell(_JOIN_KEY, **times, community=descriptor["community"], occasion=entry.ref or "")]


def _describe_invitations(entry: Entry, teller: Teller) -> list[str]:
    printed = teller.tell_number(len(entry.body["hashes"]))
    sentences = [teller.tell(_SHEETS if entry.body["medium"] == "sheet" else _SEALED, printed=printed)]
    if entry.body["replacement"]:
        sentences.append(teller.tell(_REPLACING))
    return sentences


def _describe_plan(entry: Entry, teller: Teller) -> list[str]:
    kinds = [occasion["kind"] for occasion in entry.body["occasions"]]
    values = {
        "sessions": teller.tell_number(kinds.count("session")),
        "surveys": teller.tell_number(kinds.count("survey")),
        "fetch_from": teller.tell_time(entry.body["fetch_from"]),
        "fetch_until": teller.tell_time(entry.body["fetch_until"]),
        "minimum_age": teller.tell_duration(entry.body["minimum_age"]),
    }
    return [teller.tell(_PLANNED, **values, wave=entry.ref or "")]


def _describe_wave(entry: Entry, teller: Teller) -> list[str]:
    return [teller.tell(_OPENED, wave=entry.ref or "", keys=teller.tell_number(len(entry.body["keys"])))]


def _describe_closing(entry: Entry, teller: Teller) -> list[str]:
    counts = tell_counts(entry.body, teller, "redeemed")
    return [
        teller.tell(_CLOSED, **counts, occasion=entry.ref or "", bundle=entry.body["bundle"][:SHORT_HASH])
    ]


def _describe_destruction(entry: Entry, teller: Teller) -> list[str]:
    counts = tell_counts(entry.body, teller, "served", "cards", "invitations_used", "replacements")
    return [teller.tell(_DESTROYED, **counts, occasion=entry.ref or "")]


def _describe_survey(entry: Entry, teller: Teller) -> list[str]:
    return [teller.tell(_SURVEY, occasion=entry.ref or "", plan=entry.body["plan"][:SHORT_HASH])]


def _describe_evaluation(entry: Entry, teller: Teller) -> list[str]:
    return [teller.tell(_EVALUATION, evaluation=entry.ref or "", plan=entry.body["plan"][:SHORT_HASH])]


def _describe_season(entry: Entry, teller: Teller) -> list[str]:
    times = {name: teller.tell_time(entry.body[name]) for name in ("starts_at", "ends_at")}
    lines = {name: _tell_share(entry.body[name]) for name in ("line", "harm")}
    return [teller.tell(_SEASON, **times, **lines, season=entry.ref or "")]


def _describe_reading(entry: Entry, teller: Teller) -> list[str]:
    sentence = _GATE_OPEN if entry.body["state"] == "open" else _GATE_SHUT
    values = {"occasion": entry.body["occasion"], "season": entry.ref or ""}
    odds = min(_MOST_ODDS, math.floor(math.exp(min(entry.body["evidence"], 14_000_000) / 1_000_000)))
    return [
        teller.tell(sentence, **values, **tell_counts(entry.body, teller, "batches")),
        teller.tell(_EVIDENCE, odds=teller.tell_number(odds)),
    ]


def _describe_gate_closing(entry: Entry, teller: Teller) -> list[str]:
    is_alarm = entry.body["reason"] == "alarm"
    return [teller.tell(_CLOSED_BY_ALARM if is_alarm else _CLOSED_BY_TRUSTEES, season=entry.ref or "")]


def _tell_share(millionths: int) -> str:
    """Write millionths as a share of 100, with no more digits than it has."""
    whole, rest = divmod(millionths, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def _describe_heartbeat(entry: Entry, teller: Teller) -> list[str]:
    return [teller.tell(_HEARTBEAT, **tell_counts(entry.body, teller, "entries"))]


_DESCRIBE: Mapping[str, Describe] = {
    **DESCRIBE_REQUESTS,
    **DESCRIBE_CREDENTIALS,
    "door_admitted": _describe_admitted,
    "door_started": _describe_started,
    "holdings_declared": _describe_holdings,
    "policy_stated": _describe_policy,
    "rules_stated": _describe_rules,
    "programme_stated": _describe_programme,
    "join_key_opened": _describe_join_key,
    "invitations_printed": _describe_invitations,
    "wave_planned": _describe_plan,
    "wave_opened": _describe_wave,
    "occasion_closed": _describe_closing,
    "occasion_key_destroyed": _describe_destruction,
    "survey_stated": _describe_survey,
    "evaluation_stated": _describe_evaluation,
    "season_stated": _describe_season,
    "gate_read": _describe_reading,
    "gate_closed": _describe_gate_closing,
    "heartbeat": _describe_heartbeat,
}
