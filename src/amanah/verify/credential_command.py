"""`credential`: says who may teach what, on whose word and by which list, from files alone.

It asks nobody and fetches nothing: what is not in the files it calls not checked, and what holds it calls recognised
by a community, never valid.
"""

import argparse
import textwrap
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from datetime import time as clock
from pathlib import Path

from amanah.core.credentials.bundles import join_papers, read_papers
from amanah.core.credentials.chains import Chain, Question
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.reading import LARGEST_FILE, CredentialError, parse_json
from amanah.core.credentials.root_lists import RootList, parse_root_list
from amanah.core.credentials.scopes import parse_scope
from amanah.core.credentials.standing import Standing, compute_standings, find_own_root, list_held_scopes
from amanah.core.credentials.teller import Teller, tell_utc
from amanah.core.credentials.times import parse_day
from amanah.core.credentials.wording import (
    RULE_WORDS,
    STRENGTH_NAMES,
    describe_break,
    describe_grant,
    describe_proof,
    describe_root,
    describe_standing,
    describe_status,
)
from amanah.verify.report import (
    DOES_NOT_HOLD,
    HOLDS,
    NOT_CHECKED,
    quote_for_terminal,
    say_broken,
    say_holds,
    say_not_checked,
    say_noticed,
)
from amanah.verify.sources import UnreachableError, is_address

_WIDTH = 100
_LETTERS_OF_KEY = 8
_BREAKS_OF_NOTHING_SEEN = {"parent-missing", "recorders-unknown", "no-root-list"}
"""What keeps a chain from being judged, and says nothing against it."""


def add_credential_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `credential` to the command line."""
    credential = commands.add_parser(
        "credential", help="check who may teach what, and on whose word", description=__doc__
    )
    credential.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a bundle, a single credential (JSON, JWT, PNG or SVG), a status list, a notice or a root list",
    )
    credential.add_argument(
        "--scope",
        metavar="SCOPE",
        help="what would be taught, such as quran/hafs; else what the papers speak of",
    )
    credential.add_argument(
        "--holder", metavar="ID", help="who would teach it; else whose paper stands first"
    )
    credential.add_argument(
        "--roots", metavar="FILE", help="the root list to judge by; else the one in the files"
    )
    credential.add_argument("--at", metavar="DAY", help="the day to judge for, such as 2026-11-25; else now")
    credential.set_defaults(run=run_credential)


def run_credential(arguments: argparse.Namespace) -> int:
    """Check what was given, say it in words and give the exit code."""
    papers = join_papers(read_papers(_read(place)) for place in arguments.files)
    if arguments.roots is not None:
        papers = _put_in_force(papers, parse_root_list(parse_json(_read(arguments.roots))))
    if papers.root_list is not None and papers == Papers(root_list=papers.root_list):
        return _show_list(papers.root_list)
    holder = arguments.holder or _find_holder(papers)
    scopes = [parse_scope(arguments.scope)] if arguments.scope else _list_scopes(papers, holder)
    if not scopes:
        raise CredentialError(
            "No paper that counts speaks of this holder. Add the root list that says what papers from outside count "
            "as, or name somebody else with --holder.",
            "4.4",
        )
    at = _parse_moment(arguments.at)
    print(f"Judged for {tell_utc(at)}.")
    if papers.root_list is not None and arguments.roots is None:
        _say_whose_list(papers.root_list)
    teller = Teller(tell_party=_name_people(papers))
    questions = [Question(holder, scope, at) for scope in scopes]
    codes = [_show(standing, papers, teller) for standing in compute_standings(questions, papers)]
    _say_limits(papers, holder)
    _print_people(papers, holder)
    return next((code for code in (DOES_NOT_HOLD, NOT_CHECKED) if code in codes), HOLDS)


def _read(place: str) -> bytes:
    """Read a file of this machine; one byte more than may be is enough to refuse it."""
    if is_address(place):
        raise UnreachableError("this check asks nobody; save the file first and name it here.")
    try:
        with Path(place).open("rb") as reading:
            return reading.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreachableError(f"{place} cannot be read: {error.strerror}.") from error


def _put_in_force(papers: Papers, root_list: RootList) -> Papers:
    known = papers.root_list
    if known is not None and known.document_hash != root_list.document_hash:
        say_noticed(
            f"the files hold another root list, number {known.number} of {known.name}; "
            "judged by the one that you named"
        )
    return join_papers([papers, Papers(root_list=root_list)])


def _find_holder(papers: Papers) -> str:
    holders = [one.holder for one in papers.authorisations] + [one.holder for one in papers.foreign]
    holder = next((one for one in holders if one is not None), None)
    if holder is None:
        raise CredentialError(
            "The files hold no authority to teach. Add the credential or the bundle.", "8.2"
        )
    return holder


def _list_scopes(papers: Papers, holder: str) -> Sequence[str]:
    """List what the papers of a holder speak of, and what a list recognises them for themselves."""
    roots = papers.root_list.roots if papers.root_list else ()
    recognised = (scope for root in roots if root.id == holder for scope in root.scopes)
    return sorted({*list_held_scopes(papers, holder), *recognised})


def _parse_moment(day: str | None) -> int:
    """Give the moment to judge for: now, or the last second of a day, when all that happened on it has happened."""
    if day is None:
        return int(time.time())
    return int(datetime.combine(parse_day(day, "8.2"), clock(23, 59, 59), UTC).timestamp())


def _show(standing: Standing, papers: Papers, teller: Teller) -> int:
    print()
    for sentence in describe_standing(standing, papers.root_list, teller):
        _print(sentence)
    own_root = find_own_root(standing.question, papers.root_list)
    if own_root is not None and papers.root_list is not None:
        for sentence in describe_root(own_root, papers.root_list, teller):
            _print(sentence, 2)
        say_holds("The list names this holder: whom a community recognises needs no paper from others.")
        if not standing.is_good:
            return HOLDS
    chain = standing.strongest or standing.best_failed
    if chain is None:
        say_broken("No paper here that can be believed gives this to this holder.", "no-chain")
        return DOES_NOT_HOLD
    _print_chain(chain, papers.root_list, teller)
    if len(standing.chains) > 1:
        good = sum(one.is_good for one in standing.chains)
        _print(f"Chains in these files: {len(standing.chains)}; of these, without a fault: {good}.", 1)
    if standing.is_good:
        for rule, sentence in RULE_WORDS.items():
            say_holds(f"{sentence} (rule {rule})")
    return _say_breaks(chain, teller) or _say_status(chain)


def _print_chain(chain: Chain, root_list: RootList | None, teller: Teller) -> None:
    for number, link in enumerate(chain.links, 1):
        _print(f"{number}. {' '.join(describe_grant(link, teller))}", 1)
        for sentence in [*describe_status(link, teller), *describe_proof(link, teller)]:
            _print(sentence, 2)
        _print(f"SHA-256 of the paper: {link.authorisation.document_hash.hex()}", 2)
    if chain.root is not None and root_list is not None:
        for sentence in describe_root(chain.root, root_list, teller):
            _print(sentence, 2)
    if chain.is_good:
        _print(f"As strong as its weakest link: {STRENGTH_NAMES[chain.strength]}.", 1)


def _say_breaks(chain: Chain, teller: Teller) -> int:
    """Say what does not hold, link by link, apart from what could not be seen."""
    code = HOLDS
    for number, link in enumerate(chain.links, 1):
        for item in link.breaks:
            sentence = f"Link {number}, rule {item.rule} ({item.name}): {describe_break(item, teller)}"
            if item.reason in _BREAKS_OF_NOTHING_SEEN:
                say_not_checked(sentence)
                code = code or NOT_CHECKED
            else:
                say_broken(sentence, f"rule-{item.rule}")
                code = DOES_NOT_HOLD
    return code


def _say_status(chain: Chain) -> int:
    """Say of which links nobody knows here whether they have ended; only those that name a list could be checked."""
    unseen = [
        str(number)
        for number, link in enumerate(chain.links, 1)
        if link.status.state == "not-checked" and link.authorisation.status is not None
    ]
    if not unseen:
        return HOLDS
    say_not_checked(
        f"whether links have ended that name a status list: {', '.join(unseen)}; add the lists of their issuers"
    )
    return NOT_CHECKED


def _say_whose_list(root_list: RootList) -> None:
    """Say before the answer that whoever made the files chose the list by which it is given, and its name too."""
    say_not_checked(
        f"the list came with the files, and anybody can write one under any name; this one, of {root_list.name}, is "
        f"signed by {root_list.community}: compare that, or name your own copy with --roots"
    )


def _say_limits(papers: Papers, holder: str) -> None:
    print()
    say_not_checked(f"whether anybody whom you know is {holder}: compare it with their page, or ask them")
    if papers.root_list is not None:
        say_not_checked(
            f"whether this list is truly that of {papers.root_list.name}: compare {papers.root_list.community} with "
            "what the community shows elsewhere"
        )
    say_not_checked(
        "when a paper was truly signed: whoever signs writes the date; the community's public log says when it first "
        "showed the SHA-256 of a paper"
    )
    say_not_checked(
        "whether anything has ended that these files do not tell of: whoever hands on a file can leave a notice out, "
        "and one can come later; ask the community itself"
    )
    say_not_checked("whether anybody is learned or good: that is for people to judge")


def _show_list(root_list: RootList) -> int:
    teller = Teller()
    print(
        f"Root list {root_list.number} of {quote_for_terminal(root_list.name)}, {tell_utc(root_list.dated)}"
    )
    for root in root_list.roots:
        _print(f"{root.name}: {root.id}", 2)
        for sentence in [*describe_root(root, root_list, teller), *root.history]:
            _print(sentence, 3)
    recorders = [one for one in root_list.recorders if one != root_list.community]
    _print(
        f"May write down what others gave, beside the community itself: {', '.join(recorders) or 'nobody'}", 1
    )
    say_holds(f"{root_list.community} signed this list, and not a letter was changed since")
    say_not_checked(
        f"whether that key is the one of {root_list.name}: compare it with what they show elsewhere"
    )
    return HOLDS


def _list_names(papers: Papers) -> dict[str, str]:
    """Give the name that each key goes by: the list's for a root, else what it calls itself in what it signed."""
    signed = [(one.issuer, one.issuer_name) for one in papers.authorisations]
    signed += [(one.issuer, one.issuer_name) for one in papers.foreign]
    names = {issuer: name for issuer, name in signed if name}
    if papers.root_list is not None:
        names |= {root.id: root.name for root in papers.root_list.roots}
        names[papers.root_list.community] = papers.root_list.name
    return names


def _name_people(papers: Papers) -> Callable[[str], str]:
    names = _list_names(papers)

    def name(identifier: str) -> str:
        end = f"…{identifier[-_LETTERS_OF_KEY:]}"
        return f"{names[identifier]} ({end})" if identifier in names else end

    return name


def _print_people(papers: Papers, holder: str) -> None:
    names = _list_names(papers)
    print("\nWho is who. A name is what the list, or somebody's own paper, says; compare the keys:")
    people = [holder]
    people += [person for one in papers.authorisations for person in (one.issuer, one.giver, one.holder)]
    people += [one.issuer for one in papers.foreign]
    for person in _drop_repeats(people):
        _print(f"{names.get(person, 'no name given')}: {person}", 2)


def _drop_repeats(items: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(items))


def _print(sentence: str, depth: int = 0) -> None:
    """Print words, others' among them: no line that theirs begin stands where a finding of this check would begin."""
    space = "  " * depth
    print(
        textwrap.fill(
            quote_for_terminal(sentence),
            _WIDTH,
            initial_indent=space,
            subsequent_indent=space + "      ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
