"""An evaluation over several surveys, stated before the first of them (`spec/surveys.md` 10), and its lot.

It holds codes only, never a title; what is stated in the public log is the hash of the whole.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, get_args

from amanah.core.encoding import NotCanonicalError, encode_canonical_json, parse_canonical_json
from amanah.core.errors import InvalidInputError, RefusedError
from amanah.core.surveys.questions import Question
from amanah.core.surveys.stated_plan import ALPHA, MILLION, StatedPlan
from amanah.core.surveys.targets import list_targets
from amanah.core.surveys.wedge import order_from_seed

Design = Literal["before-after", "comparison", "stepped-wedge"]

KIND = "amanah-evaluation-plan"
DESIGNS: tuple[Design, ...] = get_args(Design)
FEWEST_WAVES, MOST_WAVES = 2, 12
FEWEST_SITES, MOST_SITES = 3, 24
LONGEST_PLAN = 16_384
_EVALUATION = re.compile(r"[0-9a-f]{16}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MEMBERS = {"alpha", "design", "evaluation", "kind", "outcome", "sites", "steps", "v", "waves"}


class EvaluationRefusedError(RefusedError):
    """An evaluation cannot tell anything as it is planned."""

    code = "evaluation-refused"


class UnreadableEvaluationError(InvalidInputError):
    """The bytes are no plan of an evaluation."""

    code = "evaluation-unreadable"


@dataclass(frozen=True)
class Window:
    """The time in which a wave's surveys open and close, in UTC seconds."""

    starts_at: int
    ends_at: int


@dataclass(frozen=True)
class EvaluationPlan:
    """Which question is compared, between which programmes and waves, and how the order of sites is drawn.

    `sites` are programmes in the order written down; `steps` are the waves (from 0) from which sites have the
    programme, lowest first: the lot says which site takes which.
    """

    evaluation: str
    design: Design
    question: str
    target: str
    sites: tuple[str, ...]
    waves: tuple[Window, ...]
    steps: tuple[int, ...] = field(default=())
    alpha: int = ALPHA


@dataclass(frozen=True)
class AnnouncedSurvey:
    """A survey of a programme whose plan was stated."""

    occasion: str
    programme: str
    opens_at: int
    plan: StatedPlan


def verify_evaluation_plan(plan: EvaluationPlan) -> None:
    """Refuse a plan that no answers could follow (10.2)."""
    if not _EVALUATION.fullmatch(plan.evaluation):
        raise EvaluationRefusedError("An evaluation is named by sixteen hexadecimal digits.")
    if not _CODE.fullmatch(plan.question) or not _CODE.fullmatch(plan.target):
        raise EvaluationRefusedError(
            "An evaluation names its question and what of it is compared by their codes."
        )
    if not 1 <= plan.alpha <= MILLION // 2:
        raise EvaluationRefusedError("The chance of error lies between nothing and one half.")
    if len(set(plan.sites)) < len(plan.sites) or not all(
        len(site) <= 64 and _SLUG.fullmatch(site) for site in plan.sites
    ):
        raise EvaluationRefusedError("Each programme takes part once.")
    _verify_waves(plan.waves)
    _verify_design(plan)


def _verify_waves(waves: Sequence[Window]) -> None:
    if not FEWEST_WAVES <= len(waves) <= MOST_WAVES:
        raise EvaluationRefusedError(f"An evaluation has {FEWEST_WAVES} to {MOST_WAVES} waves.")
    if not all(0 < wave.starts_at < wave.ends_at for wave in waves):
        raise EvaluationRefusedError("A wave ends after it starts.")
    if not all(one.ends_at <= other.starts_at for one, other in pairwise(waves)):
        raise EvaluationRefusedError("A wave starts when the one before it has ended.")


def _verify_design(plan: EvaluationPlan) -> None:
    if plan.design not in DESIGNS:
        raise EvaluationRefusedError("There are three designs: before and after, comparison, stepped wedge.")
    if plan.design != "stepped-wedge":
        needed = 1 if plan.design == "before-after" else 2
        if len(plan.sites) != needed or plan.steps:
            raise EvaluationRefusedError(
                "Before and after takes one programme, a comparison two; neither has a lot."
            )
        return
    if not FEWEST_SITES <= len(plan.sites) <= MOST_SITES or len(plan.steps) != len(plan.sites):
        raise EvaluationRefusedError(
            f"A stepped wedge has {FEWEST_SITES} to {MOST_SITES} programmes, each with its step."
        )
    if list(plan.steps) != sorted(plan.steps) or len(set(plan.steps)) < 2:
        raise EvaluationRefusedError("The programmes of a stepped wedge start one after another.")
    if not plan.steps[0] >= 1 or plan.steps[-1] > len(plan.waves):
        raise EvaluationRefusedError("Every programme of a stepped wedge is asked once before it starts.")


def encode_evaluation_plan(plan: EvaluationPlan) -> bytes:
    """Give the canonical bytes of a plan (10.1); refuse one that could tell nothing."""
    verify_evaluation_plan(plan)
    return encode_canonical_json(
        {
            "alpha": plan.alpha,
            "design": plan.design,
            "evaluation": plan.evaluation,
            "kind": KIND,
            "outcome": {"question": plan.question, "target": plan.target},
            "sites": [*plan.sites],
            "steps": [*plan.steps],
            "v": 1,
            "waves": [{"ends_at": wave.ends_at, "starts_at": wave.starts_at} for wave in plan.waves],
        }
    )


def parse_evaluation_plan(data: bytes) -> EvaluationPlan:
    """Read a plan; refuse anything that this module would not have written."""
    try:
        document = parse_canonical_json(data, longest=LONGEST_PLAN)
        plan = _build(document)
        is_ours = encode_evaluation_plan(plan) == data
    except (NotCanonicalError, KeyError, TypeError, AttributeError, RefusedError) as error:
        raise UnreadableEvaluationError("These bytes are no plan of an evaluation.") from error
    if not is_ours or set(document) != _MEMBERS:
        raise UnreadableEvaluationError("These bytes are no plan of an evaluation.")
    return plan


def draw_starts(plan: EvaluationPlan) -> tuple[int, ...]:
    """Draw by lot from which wave on each site has the programme (10.3): the plan's own hash is the seed.

    Nobody chooses the order once the plan is stated, and everybody draws the same one again.
    """
    if plan.design != "stepped-wedge":
        return ()
    order = order_from_seed(compute_seed(plan))(len(plan.sites))
    return tuple(plan.steps[place] for place in order)


def compute_seed(plan: EvaluationPlan) -> bytes:
    """Give the SHA-256 of the plan, from which its lot is drawn."""
    return hashlib.sha256(encode_evaluation_plan(plan)).digest()


def compute_test_seed(plan: EvaluationPlan) -> bytes:
    """Give the seed of the p-value's lots: another one, so that they are not the lot that happened."""
    return hashlib.sha256(compute_seed(plan) + b"p-value").digest()


def find_asking(plan: StatedPlan, question: str, target: str) -> Question | None:
    """Find in a survey the question that an evaluation compares."""
    return next((one for one in plan.questions if one.code == question and target in list_targets(one)), None)


def choose_survey(
    plan: EvaluationPlan, site: str, wave: Window, announced: Sequence[AnnouncedSurvey]
) -> AnnouncedSurvey | None:
    """Choose the survey of a site and wave (10.4): of those inside the window that ask, the one that opens first."""
    fitting = [
        one
        for one in announced
        if one.programme == site
        and wave.starts_at <= one.opens_at
        and one.plan.closes_at <= wave.ends_at
        and find_asking(one.plan, plan.question, plan.target)
    ]
    return min(fitting, key=lambda one: (one.opens_at, one.occasion), default=None)


def is_same_question(one: Question, other: Question) -> bool:
    """Tell whether two questions may be compared: the same kind, choices and steps, and both or none through a bag."""
    return (one.code, one.kind, one.choices, one.steps, one.is_randomised) == (
        other.code,
        other.kind,
        other.choices,
        other.steps,
        other.is_randomised,
    )


def _build(document: Any) -> EvaluationPlan:
    if document["kind"] != KIND or document["v"] != 1:
        raise UnreadableEvaluationError("These bytes are no plan of an evaluation.")
    return EvaluationPlan(
        evaluation=_check(document["evaluation"], str),
        design=_check(document["design"], str),
        question=_check(document["outcome"]["question"], str),
        target=_check(document["outcome"]["target"], str),
        sites=tuple(_check(site, str) for site in document["sites"]),
        waves=tuple(
            Window(_check(wave["starts_at"], int), _check(wave["ends_at"], int)) for wave in document["waves"]
        ),
        steps=tuple(_check(step, int) for step in document["steps"]),
        alpha=_check(document["alpha"], int),
    )


def _check(value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise UnreadableEvaluationError("These bytes are no plan of an evaluation.")
    return value
