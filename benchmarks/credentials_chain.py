"""A chain of thirty links read and checked, by jcs and by both suites, beside bare signatures and two other programs.

Ours reads the files, checks every proof and the form of each, and all rules of the chain. The others check the one
proof that they know (rdfc) and what they ask of a credential; they know no chain.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3 import OB3LdpVerifier
from tests.interop.credential_papers import AMINA, ASKED, SCOPE, SIGNED_AT, Person, draft_grant, list_roots
from tests.interop.credentials_oracle import CredentialsOracle, open_credentials_oracle
from tests.interop.node_packages import find_node

from amanah.core.credentials.authorisations import build_authorisation, read_credential
from amanah.core.credentials.chains import Question
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.proofs import JCS, SUITES, sign_document
from amanah.core.credentials.reading import encode_jcs
from amanah.core.credentials.root_lists import parse_root_list
from amanah.core.credentials.standing import compute_standing
from benchmarks.measuring import (
    Goal,
    Row,
    Sample,
    Scale,
    build_ratio_row,
    collect_samples,
    compute_median,
    take_sample,
)

FIGURE = "credentials_chain"
LINKS = 30
REPEATS = 9
JCS_GOAL = Goal("at most", 50.0)
SPEED_GOAL = Goal("at most", 1.0)
Document = dict[str, Any]
Work = Callable[[], None]


def measure(scale: Scale) -> list[Row]:
    """Check the same thirty papers in every way, ours always between two runs of what it is compared with."""
    links, repeats = (LINKS, REPEATS) if scale.has_network else (3, 1)
    papers = build_long_chain(links)
    check_jcs, check_both = prepare_check(build_long_chain(links, (JCS,))), prepare_check(papers)
    bare = prepare_bare(links)
    ways = (("jcs", check_jcs, JCS_GOAL, SPEED_GOAL), ("jcs and rdfc", check_both, None, None))
    rows = []
    for way, check, goal, _ in ways:
        samples = compare(scale, lambda: time_median(bare, repeats), check, repeats)
        rows.append(build_absolute_row(f"A chain of {links} links read and checked by {way}", samples, goal))
    with running_peers(papers, repeats) as peers:
        for name, time_theirs in peers.items():
            for way, check, _, goal in ways:
                samples = compare(scale, time_theirs, check, repeats)
                names = ("of its time", "ours ms", "theirs ms")
                title = f"The same chain by {way}, beside {name} by rdfc"
                rows.append(build_ratio_row(FIGURE, title, samples, goal=goal, names=names))
    return rows


@contextmanager
def running_peers(papers: Sequence[Document], repeats: int) -> Iterator[dict[str, Callable[[], float]]]:
    """Give by its name how long each of the other programs takes; without Node there is one."""
    python = prepare_openbadgeslib(papers)
    peers = {"openbadgeslib": lambda: time_median(python, repeats)}
    if find_node() is None:
        yield peers
        return
    with open_credentials_oracle() as node:
        ask_node(node, papers, repeats)  # what compiles at first use is not timed
        yield {**peers, "@digitalbazaar/vc": lambda: ask_node(node, papers, repeats)}


def build_long_chain(links: int, suites: Sequence[str] = SUITES) -> list[Document]:
    """Give a chain from the holder up, each link signed by its giver."""
    people = [AMINA, *(Person(f"Invented Number {number}") for number in range(1, links + 1))]
    papers: list[Document] = []
    for giver, holder in pairwise(people):
        unsigned = build_authorisation(draft_grant(giver, holder, papers[-1] if papers else None))
        papers.append(sign_document(unsigned, giver.key, created=SIGNED_AT, suites=suites))
    return papers[::-1]


def prepare_check(papers: Sequence[Document]) -> Work:
    """Give the work of a reader who has the files: read, check and judge."""
    files = [encode_jcs(paper) for paper in papers]
    roots = parse_root_list(list_roots(longest_chain=LINKS))
    question = Question(papers[0]["credentialSubject"]["id"], SCOPE, ASKED)

    def check() -> None:
        read = tuple(read_credential(file) for file in files)
        standing = compute_standing(question, Papers(authorisations=read, root_list=roots))
        if standing.strongest is None or len(standing.strongest.links) != len(files):
            raise ValueError("The chain that is timed is not good.")

    return check


def prepare_bare(links: int) -> Work:
    """Give what nobody can leave out of one suite: a signature a link."""
    key = Ed25519PrivateKey.from_private_bytes(AMINA.seed)
    public, message = key.public_key(), bytes(64)
    signature = key.sign(message)

    def check() -> None:
        for _ in range(links):
            public.verify(signature, message)

    return check


def prepare_openbadgeslib(papers: Sequence[Document]) -> Work:
    """Give the work of the other Python program, from the same files."""
    files = [(encode_jcs(paper), paper["issuer"]["id"]) for paper in papers]

    def check() -> None:
        for file, issuer in files:
            OB3LdpVerifier.for_issuer_did(issuer).verify(file)

    return check


def ask_node(node: CredentialsOracle, papers: Sequence[Document], repeats: int) -> float:
    """Give the median milliseconds that the JavaScript needs for all papers, as it timed itself."""
    answers = [node.ask("time", credentials=papers) for _ in range(repeats)]
    if any(answer["verified"] != len(papers) for answer in answers):
        raise ValueError("What is timed in Node does not hold there.")
    return statistics.median(answer["milliseconds"] for answer in answers)


def time_median(work: Work, repeats: int) -> float:
    """Give the median milliseconds of some work, once it is warm."""
    work()
    spent = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        spent.append(1_000 * (time.perf_counter() - started))
    return statistics.median(spent)


def compare(scale: Scale, theirs: Callable[[], float], ours: Work, repeats: int) -> list[Sample]:
    """Take the rounds under the run rule."""

    def measure_ours() -> tuple[float, Mapping[str, float]]:
        return time_median(ours, repeats), {}

    return collect_samples(scale, lambda: take_sample(theirs, measure_ours))


def build_absolute_row(title: str, samples: Sequence[Sample], goal: Goal | None) -> Row:
    """Make a row in milliseconds, with the bare signatures beside it."""
    return Row(
        figure=FIGURE,
        title=title,
        value=compute_median(samples, lambda sample: sample.ours),
        unit="ms",
        foreign=compute_median(samples, lambda sample: sample.foreign),
        goal=goal,
        more={
            "ms of the Ed25519 checks of one suite alone": compute_median(
                samples, lambda sample: sample.before
            ),
            "times that": compute_median(samples, lambda sample: sample.ratio),
        },
        samples=samples,
    )
