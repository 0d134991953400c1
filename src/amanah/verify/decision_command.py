"""`decision`: checks what the trustees of a community signed, from one file and without any network.

It trusts nobody but the founding panel, whose fingerprint it prints; with the log it holds every panel against it.
"""

import argparse
import hashlib
import textwrap
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from amanah.core.data_requests.decision_files import (
    CheckedDecision,
    DecisionFileError,
    verify_decision_file,
)
from amanah.core.data_requests.documents import DecisionDocument, compute_document_hash
from amanah.core.data_requests.rules import RULES
from amanah.core.data_requests.scopes import parse_scope
from amanah.core.public_log.entries import Entry
from amanah.core.public_log.policies import UnreadablePolicyError
from amanah.core.public_log.reading import LogView
from amanah.verify.decide_command import tell_scope
from amanah.verify.report import (
    HOLDS,
    quote_for_terminal,
    say_holds,
    say_not_checked,
    say_noticed,
    tell_time,
)
from amanah.verify.sources import fetch_file, read_log
from amanah.verify.trust import add_trust_options, read_trust

_WIDTH = 100
_OUTCOMES: Mapping[str, str] = {
    "refuse": "Nothing is given.",
    "contest": "Nothing is given. The order is challenged before the court that made it.",
    "narrow": "A part is given, as far as it exists; the rest is refused.",
    "comply": "What was ordered is given, as far as it exists.",
}


def add_decision_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `decision` to the command line."""
    decision = commands.add_parser("decision", help="check a decision of the trustees", description=__doc__)
    decision.add_argument("file", metavar="FILE", help="the decision file, or its address")
    decision.add_argument("--log", metavar="URL|DIR", help="the public log, or a folder with its files")
    decision.add_argument("--facts", metavar="FILE|URL", help="the facts of the request, to hold against it")
    add_trust_options(decision, is_required=False)
    decision.set_defaults(run=run_decision)


def run_decision(arguments: argparse.Namespace) -> int:
    """Check a decision file and, given the log, every panel and the rules that it names."""
    if arguments.log is not None and arguments.policy is None and arguments.vkey is None:
        raise UnreadablePolicyError("Say whom to believe about the log: add --policy or --vkey.")
    checked = verify_decision_file(fetch_file(arguments.file))
    _say_decision(checked.document)
    _say_signers(checked)
    if arguments.facts is not None:
        _check_facts(checked.document, fetch_file(arguments.facts))
    if arguments.log is None:
        say_not_checked("whether the log knows these panels and these rules; add --log and --policy")
    else:
        _check_log(checked, read_log(arguments.log, read_trust(arguments).policy))
    print(f"Founding panel: {checked.founding_panel}")
    print("  Compare it with the one that the community shows: nothing in this file can vouch for it.")
    return HOLDS


def _say_decision(document: DecisionDocument) -> None:
    print(f"Decision {document.decision} of {document.community}, dated {tell_time(document.at)}")
    _SAY[document.kind](document.body)
    for trustee, reason in document.recused:
        print(f"  The trustee {trustee} stepped aside ({reason}).")


def _say_answer(body: Mapping[str, Any]) -> None:
    print(f"  The request {body['reference']} is answered: {body['outcome']}. {_OUTCOMES[body['outcome']]}")
    if body["scope"] is not None:
        print(f"  Given at most: {tell_scope(parse_scope(body['scope']))}")
    elif body["outcome"] == "comply":
        print("  Given: nothing, because nothing of the kind exists.")
    for rule in body["reasons"]:
        print(f"  because of {rule}:")
        print(textwrap.fill(RULES[rule], _WIDTH, initial_indent="    ", subsequent_indent="    "))
    reason, until = body["telling"]["reason"], body["telling"]["until"]
    if reason is None:
        print("  People are told by the next report.")
    else:
        end = "until the trustees end it" if until is None else f"until {until}"
        print(f"  People are not told yet, because of the law {reason}, {end}.")
    for name in ("facts", "rules", "pack"):
        print(f"  {name:<6}{body[name]}")


def _say_hold(begins: str) -> Callable[[Mapping[str, Any]], None]:
    def say(body: Mapping[str, Any]) -> None:
        print(
            f"  {begins} for the request {body['reference']}: the destruction of what exists of "
            f"{tell_scope(parse_scope(body['scope']))}"
        )

    return say


def _say_disclosure(body: Mapping[str, Any]) -> None:
    print(f"  The decision {body['decision']} over the request {body['reference']} is carried out.")
    print(f"  What is given is the file with the SHA-256 {body['package']}.")


def _say_statement(body: Mapping[str, Any]) -> None:
    print(f"  The trustees state until {body['expires_on']}: {', '.join(body['codes'])}")


def _say(sentence: str) -> Callable[[Mapping[str, Any]], None]:
    return lambda body: print(f"  {sentence.format_map(body)}")


_SAY: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "request-answered": _say_answer,
    "disclosure-made": _say_disclosure,
    "hold-begun": _say_hold("Stopped"),
    "hold-ended": _say_hold("No longer stopped"),
    "panel-changed": _say("The trustees are from now on those of the panel {next}."),
    "rules-changed": _say("The rules are from now on those with the SHA-256 {next}."),
    "statement-made": _say_statement,
    "secrecy-ended": _say("The secrecy of the request {reference} has ended."),
    "ask-admitted": _say("The ask {ask} is let in."),
    "ask-withdrawn": _say("The ask {ask} is taken down."),
    "season-confirmed": _say("The lines of the season {season} are confirmed."),
    "gate-closed": _say("The trust gate of the season {season} is closed for its rest."),
}


def _say_signers(checked: CheckedDecision) -> None:
    for trustee in checked.signers:
        deputy = " (deputy)" if trustee.is_deputy else ""
        print(f"  signed by {quote_for_terminal(trustee.name)}, {quote_for_terminal(trustee.office)}{deputy}")
    members = len(checked.panel.members)
    say_holds(
        f"{len(checked.signers)} different trustees signed exactly these bytes with passkeys of theirs; "
        f"{checked.needed} of {members} must"
    )
    if len(checked.panel_hashes) == 1:
        say_holds("every member of the founding panel signed it")
    else:
        say_holds(
            f"the panel is number {checked.panel.number}: every member of the founding panel signed that one, and each "
            "later panel was signed by enough trustees of the one before"
        )
    print(f"  SHA-256 of what was signed: {compute_document_hash(checked.document_bytes)}")


def _check_facts(document: DecisionDocument, content: bytes) -> None:
    if document.body.get("facts") != hashlib.sha256(content).hexdigest():
        raise DecisionFileError("The decision was not made over these facts.")
    say_holds(
        "the decision was made over exactly these facts; run `decide` on them to see what the rules say"
    )


def _check_log(checked: CheckedDecision, view: LogView) -> None:
    """Hold every panel, and the rules, against a log of which every byte was checked."""
    say_holds(
        f"the log has {view.size} entries, all signed by those who may write them, with the root it signed"
    )
    stated = [(index, entry) for index, entry in enumerate(view.entries) if entry.kind == "panel_stated"]
    places = [_find_panel(stated, number, panel) for number, panel in enumerate(checked.panel_hashes, 1)]
    if any(one >= other for one, other in pairwise(places)):
        raise DecisionFileError("The panels stand in the log in another order than in the file.")
    say_holds(
        f"every panel of the file stands in the log, in this order (entries {', '.join(map(str, places))})"
    )
    newer = sum(entry.body["number"] > len(places) for _index, entry in stated)
    if newer:
        say_noticed(f"since this decision the trustees have changed (panels stated after it: {newer})")
    if "rules" in checked.document.body:
        _check_rules(checked.document.body, view.entries)
    say_not_checked("when this was decided; the opening of its record in a report tells the sealed period")


def _find_panel(stated: Sequence[tuple[int, Entry]], number: int, panel: str) -> int:
    """Give the index at which a panel stands in the log; the log names each number once, and no other panel by it."""
    found = [(index, entry.body["panel"]) for index, entry in stated if entry.body["number"] == number]
    if [said for _index, said in found] != [panel]:
        said = (
            "states no such panel"
            if not found
            else "states another panel under that number, or more than one"
        )
        raise DecisionFileError(f"Panel {number} of the file is {panel[:16]}…, and the log {said}.")
    return found[0][0]


def _check_rules(body: Mapping[str, Any], entries: Sequence[Entry]) -> None:
    wanted = (body["rules"], body["pack"])
    places = [
        index
        for index, entry in enumerate(entries)
        if entry.kind == "request_rules_stated" and (entry.body["rules"], entry.body["pack"]) == wanted
    ]
    if not places:
        raise DecisionFileError("The log states no rules and no pack as those that the decision cites.")
    say_holds(
        f"the rules and the jurisdiction pack that the decision cites stand in the log (entry {places[0]})"
    )
