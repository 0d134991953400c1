"""Standing in plain words, for pages and commands alike: rules, what breaks them, links, status and roots.

Sentences are gettext messages with named places, in English; whoever shows them gives a `Teller`.
They say "recognised by" and never "valid", and what nobody checked they call not checked (`spec/credentials.md` 6.4).
"""

from collections.abc import Iterable, Mapping
from functools import reduce

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.breaks import Break, Place
from amanah.core.credentials.chains import Link
from amanah.core.credentials.root_lists import Root, RootList
from amanah.core.credentials.standing import Standing, find_own_root
from amanah.core.credentials.teller import Teller, gettext_noop

RULE_WORDS: Mapping[int, str] = {
    1: gettext_noop("Every paper is signed, and not a letter was changed since."),
    2: gettext_noop("Whoever gave it is the one to whom the paper above was given."),
    3: gettext_noop("The paper above is, byte for byte, the one that was meant."),
    4: gettext_noop("The paper above allows its holder to authorise others."),
    5: gettext_noop("What is given lies within what the giver has."),
    6: gettext_noop(
        "Each was given while the giver's own authority was in force, and within the lives of all."
    ),
    7: gettext_noop("Nobody stands in the line twice, and it is not too long."),
    8: gettext_noop("It begins with somebody whom the community recognises, then and now."),
}

BREAK_WORDS: Mapping[str, str] = {
    "proof-missing": gettext_noop(
        "Nothing that can be checked here shows who wrote this paper, or that it was not changed."
    ),
    "giver-not-holder": gettext_noop(
        "It was given by %(giver)s, but the paper on which it rests belongs to %(holder)s."
    ),
    "issuer-not-recorder": gettext_noop(
        "%(issuer)s signed this in the place of %(giver)s. The list does not name %(issuer)s among those who may "
        "write down what others gave."
    ),
    "recorders-unknown": gettext_noop(
        "%(issuer)s signed this in the place of %(giver)s. No root list is here that would say whether they may."
    ),
    "key-of-nobody": gettext_noop(
        "The key that signed this stands in the file alone. It shows that nothing was changed since, and not that "
        "%(issuer)s signed it."
    ),
    "witnesses-too-few": gettext_noop(
        "It is said that witnesses saw %(giver)s give this, but fewer than two different people are named."
    ),
    "witness-is-party": gettext_noop(
        "Whoever gave this, or received it, is named as a witness of it as well."
    ),
    "parent-missing": gettext_noop(
        "The paper on which this rests is not here, so the line ends before it reaches anybody: %(paper)s."
    ),
    "parent-twice": gettext_noop(
        "Two different papers bear the name of the one on which this rests, and neither is believed: %(paper)s."
    ),
    "parent-changed": gettext_noop(
        "The paper on which this rests is not, byte for byte, the one that was meant: %(paper)s."
    ),
    "may-not-authorise": gettext_noop(
        "The paper above lets %(holder)s teach, and does not let %(holder)s authorise others."
    ),
    "scope-wider": gettext_noop(
        "It gives more than there was to give: %(scope)s does not lie within %(outer)s."
    ),
    "asked-outside": gettext_noop(
        "This is an authority to teach %(scope)s; what was asked about, %(asked)s, does not lie within that."
    ),
    "not-begun": gettext_noop("It begins only on %(begins_at)s."),
    "run-out": gettext_noop("It ran out on %(ended_at)s."),
    "void": gettext_noop("It was declared void from its start."),
    "ended": gettext_noop("It was ended on %(ended_at)s."),
    "ended-undated": gettext_noop(
        "The list of whoever signed it says that it has ended, and nothing here says when."
    ),
    "not-alive": gettext_noop("%(person)s was not alive on the day that was asked about."),
    "given-too-early": gettext_noop(
        "It was given on %(given_at)s. The giver's own authority began only on %(begins_at)s."
    ),
    "given-too-late": gettext_noop(
        "It was given on %(given_at)s. The giver's own authority had run out on %(ended_at)s."
    ),
    "parent-ended": gettext_noop(
        "It was given on %(given_at)s. The giver's own authority had been ended on %(ended_at)s."
    ),
    "parent-void": gettext_noop(
        "The authority of %(giver)s was declared void from its start. What was given under it stands again only when "
        "somebody gives it anew."
    ),
    "parent-undated": gettext_noop(
        "The authority of %(giver)s has ended, and nothing here says when, so nobody can tell whether this was given "
        "before or after."
    ),
    "giver-outside-life": gettext_noop("%(person)s was not alive to give it on %(given_at)s."),
    "holder-outside-life": gettext_noop("%(person)s was not alive to receive it on %(given_at)s."),
    "witness-outside-life": gettext_noop("%(person)s was not alive to witness it on %(given_at)s."),
    "paper-twice": gettext_noop("The line runs in a circle: it comes back to the paper %(paper)s."),
    "person-twice": gettext_noop("The line runs in a circle: %(person)s stands in it twice."),
    "too-long": gettext_noop("The line is longer than the list allows. Most links: %(most)s."),
    "no-root-list": gettext_noop("No root list is here, so nobody says whom they recognise."),
    "not-a-root": gettext_noop(
        "The line begins with %(giver)s, whom the list of %(community)s does not name."
    ),
    "root-for-other": gettext_noop(
        "The line begins with %(giver)s, whom the list recognises for other things, and not for %(scope)s."
    ),
    "not-a-root-then": gettext_noop(
        "%(giver)s was not yet, or no longer, recognised on %(given_at)s, when this was given."
    ),
    "not-a-root-now": gettext_noop("%(giver)s is not recognised on the day that was asked about."),
}

STRENGTH_NAMES: Mapping[Strength, str] = {
    Strength.SIGNED: gettext_noop("signed"),
    Strength.WITNESSED: gettext_noop("witnessed"),
    Strength.RECORDED: gettext_noop("recorded"),
}
STRENGTH_WORDS: Mapping[Strength, str] = {
    Strength.SIGNED: gettext_noop("Signed by %(giver)s, with a key of their own."),
    Strength.WITNESSED: gettext_noop(
        "Witnessed: %(issuer)s signed what people saw when %(giver)s gave it. Witnesses: %(witnesses)s."
    ),
    Strength.RECORDED: gettext_noop("Recorded: %(issuer)s wrote it down. %(giver)s signed nothing."),
}
_TEACH = gettext_noop("%(giver)s gave %(holder)s the authority to teach %(scope)s on %(given_at)s.")
_TEACH_AND_AUTHORISE = gettext_noop(
    "%(giver)s gave %(holder)s the authority to teach %(scope)s, and to authorise others, on %(given_at)s."
)
_RUNS_OUT = gettext_noop("It runs out by itself on %(ended_at)s.")
_FORM_WORDS: Mapping[str, str] = {
    "foreign": gettext_noop("The paper comes from outside; the list says what it counts as here."),
    "older": gettext_noop("The paper is in the older form, which nobody can check."),
}
_ONE_MORE = gettext_noop("%(several)s, %(one)s")
_EVIDENCE = gettext_noop("Said to show it: %(name)s. %(narrative)s")
_HELD_UP = gettext_noop("What holds the paper up: %(suites)s.")
_NOT_ENDED = gettext_noop("Not ended, says the list of whoever signed it, dated %(listed_at)s.")
_NOT_CHECKED = gettext_noop(
    "Whether it has ended was not checked: the list of whoever signed it is not here."
)
_NO_STATUS = gettext_noop("It names no list that would say whether it has ended. Only a notice could end it.")
_WILL_END = gettext_noop("It ends on %(ended_at)s.")
_ENDED = gettext_noop("It ended on %(ended_at)s.")
_WORDS_OF_NOTICE = gettext_noop("Reason given: %(name)s. %(reason)s")
_RECOGNISED = gettext_noop(
    "%(root)s is recognised by %(community)s, in list %(number)s of %(dated)s, from %(from_day)s on, for: %(scopes)s."
)
_RECOGNISED_UNTIL = gettext_noop(
    "%(root)s is recognised by %(community)s, in list %(number)s of %(dated)s, from %(from_day)s to %(until_day)s, "
    "for: %(scopes)s."
)
_VOTE_WORDS: Mapping[str, str] = {
    "meeting": gettext_noop(
        "The vote was taken at a meeting on %(held_on)s. For: %(votes_for)s; against: %(votes_against)s; "
        "abstained: %(abstained)s."
    ),
    "survey": gettext_noop(
        "The vote was taken in a survey that closed on %(held_on)s. For: %(votes_for)s; against: %(votes_against)s; "
        "abstained: %(abstained)s."
    ),
    "panel": gettext_noop(
        "The vote was taken in a panel on %(held_on)s. For: %(votes_for)s; against: %(votes_against)s; "
        "abstained: %(abstained)s."
    ),
}
_MAY_TEACH = gettext_noop("%(holder)s may teach %(scope)s: recognised by %(community)s.")
_NOT_SHOWN = gettext_noop(
    "These papers do not show that %(holder)s may teach %(scope)s by the list of %(community)s."
)
_NO_LIST = gettext_noop(
    "Whether %(holder)s may teach %(scope)s cannot be told: no root list is here, so nobody says whom they recognise."
)
_CONFLICT = gettext_noop("Two different papers bear the same name, and neither is believed: %(paper)s.")


def describe_break(item: Break, teller: Teller) -> str:
    """Say what a link breaks."""
    return teller.fill(BREAK_WORDS[item.reason], dict(item.places))


def describe_grant(link: Link, teller: Teller) -> list[str]:
    """Say who gave what to whom, and how that is held up."""
    paper = link.authorisation
    places: dict[str, Place] = {
        "giver": paper.giver,
        "holder": paper.holder,
        "issuer": paper.issuer,
        "scope": paper.scope,
        "given_at": paper.valid_from,
        "witnesses": _tell_list(map(teller.tell_party, paper.witnesses), teller),
    }
    sentences = [teller.fill(_TEACH_AND_AUTHORISE if paper.may_authorise else _TEACH, places)]
    if paper.valid_until is not None:
        sentences.append(teller.fill(_RUNS_OUT, {"ended_at": paper.valid_until}))
    if paper.form in _FORM_WORDS:
        sentences.append(teller.tell(_FORM_WORDS[paper.form]))
    if paper.strength != Strength.RECORDED or paper.issuer != paper.giver:
        sentences.append(teller.fill(STRENGTH_WORDS[paper.strength], places))
    return sentences


def describe_proof(link: Link, teller: Teller) -> list[str]:
    """Say by what a paper is held up, and what its giver says there is to show for it."""
    paper = link.authorisation
    held_up = [teller.tell(_HELD_UP, suites=_tell_list(paper.suites, teller))] if paper.suites else []
    return held_up + [
        teller.tell(_EVIDENCE, name=item.name, narrative=item.narrative) for item in paper.evidence
    ]


def describe_status(link: Link, teller: Teller) -> list[str]:
    """Say what is known of whether a grant has ended, and in whose words."""
    sentences = []
    ending = link.ending
    if link.status.state == "ended" and ending is not None:
        sentences.append(_describe_end(ending.at, is_void=ending.kind == "void", teller=teller))
    elif link.status.listed_at is not None:
        sentences.append(teller.fill(_NOT_ENDED, {"listed_at": link.status.listed_at}))
    else:
        sentences.append(teller.tell(_NOT_CHECKED if link.authorisation.status else _NO_STATUS))
    if ending is not None and ending.at is not None and link.status.state != "ended":
        sentences.append(teller.fill(_WILL_END, {"ended_at": ending.at}))
    if ending is not None and ending.notice is not None:
        notice = ending.notice
        sentences.append(teller.tell(_WORDS_OF_NOTICE, name=notice.name, reason=notice.reason))
    return sentences


def describe_root(root: Root, root_list: RootList, teller: Teller) -> list[str]:
    """Say who recognises a root, for what and how long, and how they came to."""
    places = {
        "root": root.name,
        "community": root_list.name,
        "number": str(root_list.number),
        "dated": teller.tell_time(root_list.dated),
        "from_day": teller.tell_day(root.from_day),
        "scopes": _tell_list(map(teller.tell_scope, root.scopes), teller),
    }
    if root.until_day is None:
        recognised = teller.tell(_RECOGNISED, **places)
    else:
        recognised = teller.tell(_RECOGNISED_UNTIL, **places, until_day=teller.tell_day(root.until_day))
    vote = root.vote
    return [
        recognised,
        teller.tell(
            _VOTE_WORDS[vote.way],
            held_on=teller.tell_day(vote.held_on),
            votes_for=teller.tell_number(vote.votes_for),
            votes_against=teller.tell_number(vote.votes_against),
            abstained=teller.tell_number(vote.abstained),
        ),
        root.reasons,
    ]


def describe_standing(standing: Standing, root_list: RootList | None, teller: Teller) -> list[str]:
    """Say whether somebody may teach what was asked about, and who says so; then which papers were refused."""
    question = standing.question
    places: dict[str, Place] = {"holder": question.holder, "scope": question.scope}
    if root_list is None:
        headline = teller.fill(_NO_LIST, places)
    else:
        may_teach = standing.is_good or find_own_root(question, root_list) is not None
        sentence = _MAY_TEACH if may_teach else _NOT_SHOWN
        headline = teller.fill(sentence, places | {"community": root_list.name})
    return [headline, *(teller.tell(_CONFLICT, paper=paper) for paper in standing.conflicts)]


def _describe_end(at: int | None, *, is_void: bool, teller: Teller) -> str:
    if is_void:
        return teller.tell(BREAK_WORDS["void"])
    if at is None:
        return teller.tell(BREAK_WORDS["ended-undated"])
    return teller.fill(_ENDED, {"ended_at": at})


def _tell_list(items: Iterable[str], teller: Teller) -> str:
    """Write one thing after another; not every language parts them by the same comma."""
    first, *rest = [*items] or [""]
    return reduce(lambda several, one: teller.tell(_ONE_MORE, several=several, one=one), rest, first)
