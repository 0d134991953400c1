"""The entries of the request door in plain words (`spec/data_requests.md` 11); a part of `wording.py`.

A seal is told in the same words whatever it holds.
"""

from collections.abc import Mapping

from amanah.core.public_log.entries import Entry
from amanah.core.public_log.teller import SHORT_HASH, Describe, Teller, gettext_noop, tell_counts

_PANEL = gettext_noop(
    "The request door stated who its trustees are, as panel %(number)s. Trustees: %(members)s; how many of them must "
    "sign a decision: %(least)s. The list has the fingerprint that begins with %(panel)s."
)
_REQUEST_RULES = gettext_noop(
    "The request door stated the rules by which it decides what outside bodies ask for, with the fingerprint that "
    "begins with %(rules)s. It reads their papers by the law of %(jurisdiction)s, as written down in a file with the "
    "fingerprint that begins with %(pack)s. It seals its records every %(seal_every)s."
)
_QUARTERLY = gettext_noop("It publishes a report on each quarter of the calendar.")
_EVERY = gettext_noop("It publishes a report every %(report_every)s.")
_SEALED_SLOTS = gettext_noop(
    "The request door sealed its records for period %(number)s. It does so at fixed times, also when there is nothing "
    "to seal, and what is sealed looks the same. The seal begins with %(root)s."
)
_REPORT = gettext_noop(
    "The request door published the report %(report)s on what outside bodies asked for. In all reports so far, "
    "requests: %(asked)s; of these, answered by giving something: %(given)s; people whose details were given: "
    "%(people)s. The report has the fingerprint that begins with %(hash)s."
)
_CONFIRMED = gettext_noop(
    "The trustees confirmed the lines of the season %(season)s. Their decision has the fingerprint that begins with "
    "%(decision)s."
)
_POSTED = gettext_noop(
    "The trustees let an outside body ask the community a favour while the trust gate of the season %(season)s is "
    "open. The ask is called %(ask)s; its words have the fingerprint that begins with %(hash)s."
)
_WITHDRAWN: Mapping[str, str] = {
    "body": gettext_noop("The outside body took back the ask %(ask)s."),
    "trustees": gettext_noop("The trustees took down the ask %(ask)s."),
    "gate": gettext_noop("The ask %(ask)s was taken down, because the trust gate shut."),
}


def _describe_panel(entry: Entry, teller: Teller) -> list[str]:
    counts = tell_counts(entry.body, teller, "number", "members", "least")
    return [teller.tell(_PANEL, **counts, panel=entry.body["panel"][:SHORT_HASH])]


def _describe_request_rules(entry: Entry, teller: Teller) -> list[str]:
    body = entry.body
    hashes = {name: body[name][:SHORT_HASH] for name in ("rules", "pack")}
    seal_every = teller.tell_duration(body["seal_every"])
    sentence = teller.tell(_REQUEST_RULES, **hashes, jurisdiction=body["jurisdiction"], seal_every=seal_every)
    if body["report_every"] is None:
        return [sentence, teller.tell(_QUARTERLY)]
    return [sentence, teller.tell(_EVERY, report_every=teller.tell_duration(body["report_every"]))]


def _describe_sealing(entry: Entry, teller: Teller) -> list[str]:
    # A period's number is a name: thousands are not set apart in it.
    number = str(entry.body["number"])
    return [teller.tell(_SEALED_SLOTS, number=number, root=entry.body["root"][:SHORT_HASH])]


def _describe_report(entry: Entry, teller: Teller) -> list[str]:
    counts = tell_counts(entry.body, teller, "asked", "given", "people")
    return [teller.tell(_REPORT, **counts, report=entry.ref or "", hash=entry.body["report"][:SHORT_HASH])]


def _describe_confirmation(entry: Entry, teller: Teller) -> list[str]:
    decision = entry.body["decision"][:SHORT_HASH]
    return [teller.tell(_CONFIRMED, season=entry.ref or "", decision=decision)]


def _describe_ask(entry: Entry, teller: Teller) -> list[str]:
    values = {"season": entry.body["season"], "hash": entry.body["ask"][:SHORT_HASH]}
    return [teller.tell(_POSTED, ask=entry.ref or "", **values)]


def _describe_withdrawal(entry: Entry, teller: Teller) -> list[str]:
    return [teller.tell(_WITHDRAWN[entry.body["reason"]], ask=entry.ref or "")]


DESCRIBE_REQUESTS: Mapping[str, Describe] = {
    "panel_stated": _describe_panel,
    "request_rules_stated": _describe_request_rules,
    "slots_sealed": _describe_sealing,
    "report_stated": _describe_report,
    "season_confirmed": _describe_confirmation,
    "ask_posted": _describe_ask,
    "ask_withdrawn": _describe_withdrawal,
}
