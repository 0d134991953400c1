"""The rules 1 to 6 of a chain, one link at a time: the grant against the one under which it was given.

Each rule is asked whatever the others say, so that a reader sees everything that is wrong (`spec/credentials.md` 7.2).
"""

from collections.abc import Iterator

from amanah.core.credentials.authorisations import Authorisation, Strength
from amanah.core.credentials.breaks import Break, build_break
from amanah.core.credentials.papers import PaperIndex
from amanah.core.credentials.scopes import lies_inside

KEY_IN_HEADER = "jwt-header-key"
"""How a JWT is held up whose key stands in the file alone (3.4)."""

_LEAST_WITNESSES = 2


def list_breaks_of_grant(child: Authorisation, index: PaperIndex) -> Iterator[Break]:
    """List what a grant breaks at any moment and for any question."""
    yield from _check_proof(child)
    yield from _check_issuer(child, index)
    yield from _check_witnesses(child)
    yield from _check_lives(child, index)
    if child.parent is None:
        return
    parent = index.find(child.parent)
    if parent is None:
        reason = "parent-twice" if child.parent in index.conflicts else "parent-missing"
        yield build_break(3, reason, paper=child.parent)
        return
    yield from _check_parent(child, parent)
    yield from _check_parent_dates(child, parent, index)


def list_breaks_of_first(first: Authorisation, index: PaperIndex, scope: str, at: int) -> Iterator[Break]:
    """List what the holder's own authorisation breaks for what is asked, at the moment for which it is asked."""
    if not lies_inside(scope, first.scope):
        yield build_break(5, "asked-outside", asked=scope, scope=first.scope)
    if at < first.valid_from:
        yield build_break(6, "not-begun", begins_at=first.valid_from)
    if first.valid_until is not None and first.valid_until <= at:
        yield build_break(6, "run-out", ended_at=first.valid_until)
    if not index.was_alive(first.holder, at):
        yield build_break(6, "not-alive", person=first.holder)
    ending = index.find_ending(first)
    if ending is None:
        return
    if ending.kind == "void":
        yield build_break(6, "void")
    elif ending.at is None:
        yield build_break(6, "ended-undated")
    elif ending.at <= at:
        yield build_break(6, "ended", ended_at=ending.at)


def _check_proof(child: Authorisation) -> Iterator[Break]:
    if not child.suites:
        yield build_break(1, "proof-missing")


def _check_issuer(child: Authorisation, index: PaperIndex) -> Iterator[Break]:
    # Such a key shows that nothing was changed and not who signed: anybody can write a root's name above it.
    if child.suites == (KEY_IN_HEADER,):
        yield build_break(2, "key-of-nobody", issuer=child.issuer)
    if child.issuer == child.giver or child.issuer in index.recorders:
        return
    if index.root_list is None:  # nobody said who may record: that speaks against nobody (7.2)
        yield build_break(2, "recorders-unknown", issuer=child.issuer, giver=child.giver)
    else:
        yield build_break(2, "issuer-not-recorder", issuer=child.issuer, giver=child.giver)


def _check_witnesses(child: Authorisation) -> Iterator[Break]:
    if child.strength == Strength.WITNESSED and len(set(child.witnesses)) < _LEAST_WITNESSES:
        yield build_break(2, "witnesses-too-few", giver=child.giver)
    if child.giver in child.witnesses or child.holder in child.witnesses:
        yield build_break(2, "witness-is-party", giver=child.giver)


def _check_parent(child: Authorisation, parent: Authorisation) -> Iterator[Break]:
    if child.giver != parent.holder:
        yield build_break(2, "giver-not-holder", giver=child.giver, holder=parent.holder)
    if child.parent_hash != parent.document_hash:
        yield build_break(3, "parent-changed", paper=parent.id)
    if not parent.may_authorise:
        yield build_break(4, "may-not-authorise", holder=parent.holder)
    if not lies_inside(child.scope, parent.scope):
        yield build_break(5, "scope-wider", scope=child.scope, outer=parent.scope)


def _check_parent_dates(child: Authorisation, parent: Authorisation, index: PaperIndex) -> Iterator[Break]:
    given_at = child.valid_from
    if given_at < parent.valid_from:
        yield build_break(6, "given-too-early", given_at=given_at, begins_at=parent.valid_from)
    if parent.valid_until is not None and parent.valid_until <= given_at:
        yield build_break(6, "given-too-late", given_at=given_at, ended_at=parent.valid_until)
    ending = index.find_ending(parent)
    if ending is None:
        return
    if ending.kind == "void":
        yield build_break(6, "parent-void", giver=parent.holder)
    elif ending.at is None:
        yield build_break(6, "parent-undated", giver=parent.holder)
    elif ending.at <= given_at:
        yield build_break(6, "parent-ended", given_at=given_at, ended_at=ending.at)


def _check_lives(child: Authorisation, index: PaperIndex) -> Iterator[Break]:
    for reason, people in (
        ("giver-outside-life", (child.giver,)),
        ("holder-outside-life", (child.holder,)),
        ("witness-outside-life", child.witnesses),
    ):
        for person in people:
            if not index.was_alive(person, child.valid_from):
                yield build_break(6, reason, person=person, given_at=child.valid_from)
