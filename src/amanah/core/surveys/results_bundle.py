"""The results bundle: answers, plan, words and results of one survey in one file (`spec/surveys.md` 9.4).

Each part is canonical JSON and stands in it byte for byte as it is published. It never checks a signature.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from amanah.core.encoding import NotCanonicalError, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError, VerificationError
from amanah.core.surveys.counting import SurveyCount, count_answers
from amanah.core.surveys.results import Setting, build_results
from amanah.core.surveys.stated_plan import StatedPlan

KIND = "amanah-results-bundle"
LONGEST_BUNDLE = 2**31
_MEMBERS = {"kind", "plan", "recount", "results", "v", "words"}


class UnreadableResultsBundleError(InvalidInputError):
    """The bytes are no results bundle."""

    code = "results-bundle-unreadable"


class ResultsError(VerificationError):
    """What was published about a survey does not follow from its answers."""

    code = "results-do-not-follow"


@dataclass(frozen=True)
class ResultsBundle:
    """The four parts, byte for byte as they are published."""

    plan: bytes
    recount: bytes
    results: bytes
    words: bytes


def encode_results_bundle(bundle: ResultsBundle) -> bytes:
    """Give the canonical JSON of the whole; its parts are canonical already, so that they are only put in place."""
    before, after = encode_around(plan=bundle.plan, results=bundle.results, words=bundle.words)
    return before + bundle.recount + after


def encode_around(*, plan: bytes, results: bytes, words: bytes) -> tuple[bytes, bytes]:
    """Give what stands before and after the recount, which may be too large to hold."""
    before = b'{"kind":"%b","plan":%b,"recount":' % (KIND.encode(), plan)
    return before, b',"results":%b,"v":1,"words":%b}' % (results, words)


def parse_results_bundle(data: bytes) -> ResultsBundle:
    """Read the parts, unchecked; refuse anything that is not byte for byte what this module would have written."""
    try:
        document = parse_canonical_json(data, longest=LONGEST_BUNDLE)
    except NotCanonicalError as error:
        raise UnreadableResultsBundleError("This file is no results bundle, or it is damaged.") from error
    is_object = isinstance(document, dict) and set(document) == _MEMBERS
    if not is_object or document["kind"] != KIND or document["v"] is True or document["v"] != 1:
        raise UnreadableResultsBundleError("This file is no results bundle of version 1.")
    return ResultsBundle(
        *(encode_canonical_json(document[name]) for name in ("plan", "recount", "results", "words"))
    )


def count_survey(plan: StatedPlan, words: bytes, payloads: Iterable[bytes]) -> SurveyCount:
    """Count answers under a plan; raise ResultsError where the words are not those that the plan names."""
    if hashlib.sha256(words).hexdigest() != plan.words:
        raise ResultsError("The words are not those that the plan names: a question may have been reworded.")
    return count_answers(
        payloads, occasion=plan.occasion, questions=plan.questions, breakdowns=plan.breakdowns
    )


def verify_results(results: bytes, plan: StatedPlan, counted: SurveyCount, setting: Setting) -> None:
    """Compute every published number again; raise ResultsError where one differs (9.1)."""
    if build_results(plan, counted, setting) != results:
        raise ResultsError("The published numbers are not those that these answers give.")


def read_claimed_setting(results: bytes) -> Setting:
    """Read under what results say they were computed; only the log can tell whether that is true."""
    try:
        document = parse_canonical_json(results, longest=LONGEST_BUNDLE)
        was_timed, served = document["was_timed"], document["served"]
    except (NotCanonicalError, KeyError, TypeError) as error:
        raise ResultsError("The published results cannot be read.") from error
    if not isinstance(was_timed, bool) or not (served is None or type(served) is int):
        raise ResultsError("The published results cannot be read.")
    return Setting(was_timed=was_timed, served=served)
