"""`decide`: runs the rules about a request of an outside body again, on its facts, a jurisdiction pack and rules.

It asks nobody and needs no network: the same three files give every reader the same verdict.
"""

import argparse
import hashlib
import textwrap
from datetime import date

from amanah.core.data_requests.deciding import Verdict, decide_request, needs_signatures
from amanah.core.data_requests.facts import (
    FactsUnreadableError,
    RequestFacts,
    compute_facts_hash,
    parse_facts,
)
from amanah.core.data_requests.jurisdictions import Instrument, choose_text, parse_pack
from amanah.core.data_requests.rules import RULES, compute_rules_hash, parse_rules
from amanah.core.data_requests.scopes import Scope
from amanah.verify.report import HOLDS, quote_for_terminal
from amanah.verify.sources import fetch_file

_OUTCOMES = {
    "refuse": "The rules refuse it.",
    "narrow": "A part of it may be given, once enough trustees have signed, as far as it exists.",
    "comply": "It may be given, once enough trustees have signed, as far as it exists.",
    "panel": "The rules cannot say. The trustees decide.",
}
_WIDTH = 100


def add_decide_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `decide` to the command line."""
    decide = commands.add_parser(
        "decide", help="run the rules about a request for data again", description=__doc__
    )
    decide.add_argument("facts", metavar="FACTS", help="the facts of the request, or their address")
    decide.add_argument("--pack", metavar="FILE|URL", required=True, help="the jurisdiction pack in force")
    decide.add_argument("--rules", metavar="FILE|URL", required=True, help="the rules in force")
    decide.set_defaults(run=run_decide)


def run_decide(arguments: argparse.Namespace) -> int:
    """Decide and say why."""
    content, pack_bytes, rules_bytes = (
        fetch_file(place) for place in (arguments.facts, arguments.pack, arguments.rules)
    )
    facts, pack, rules = parse_facts(content), parse_pack(pack_bytes), parse_rules(rules_bytes)
    if facts.jurisdiction != pack.code:
        raise FactsUnreadableError(
            "The request names another jurisdiction than the pack. Give the pack of that one."
        )
    instrument = pack.find(facts.instrument)
    _say_request(facts, instrument)
    verdict = decide_request(facts, instrument, rules)
    _say_verdict(verdict, is_signed=needs_signatures(verdict, facts))
    print("What was read:")
    for name, fingerprint in (
        ("facts", compute_facts_hash(content)),
        ("pack", hashlib.sha256(pack_bytes).hexdigest()),
        ("rules", compute_rules_hash(rules_bytes)),
    ):
        print(f"  {name:<6}{fingerprint}")
    return HOLDS


def _say_request(facts: RequestFacts, instrument: Instrument | None) -> None:
    known = "a paper that the pack does not know"
    if instrument is not None:
        known = f"{choose_text(instrument.names, 'en')[0]} ({instrument.code}, {instrument.force})"
    print(f"Request {facts.reference}, by {facts.channel}, under {quote_for_terminal(known)}")
    print(f"  signed by: {facts.signed_by}; secrecy: {facts.secrecy}")
    _say_scope("asked for", facts.asked)
    if facts.asks_collection:
        print("  asked for, beyond what exists: that something be collected from now on")
    if facts.ordered is None:
        print("  ordered: no trustee has read a paper yet")
    else:
        _say_scope("ordered", facts.ordered)


def _say_verdict(verdict: Verdict, *, is_signed: bool) -> None:
    print(f"Outcome: {verdict.outcome}. {_OUTCOMES[verdict.outcome]}")
    print(f"Signatures of trustees: {'needed' if is_signed else 'none needed'}")
    for rule in verdict.reasons:
        print(f"  because of {rule}:")
        print(textwrap.fill(RULES[rule], _WIDTH, initial_indent="    ", subsequent_indent="    "))
    if verdict.scope is None:
        print("May be given at most: nothing")
    else:
        _say_scope("May be given at most", verdict.scope, indent="")


def tell_scope(scope: Scope) -> str:
    """Say in one line what is asked for, ordered or given."""
    people = ", ".join(scope.people) if scope.people else "a class of people, nobody by name"
    categories = ", ".join(scope.categories) if scope.categories else "nothing that exists"
    return f"{categories}; about {quote_for_terminal(people)}; {_tell_days(scope.since, scope.until)}"


def _say_scope(what: str, scope: Scope, indent: str = "  ") -> None:
    print(f"{indent}{what}: {tell_scope(scope)}")


def _tell_days(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return "of any day"
    return f"from {since or 'the beginning'} to {until or 'now'}"
