"""Planning an evaluation in public. It never changes or withdraws one: what is stated is reported whatever it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from amanah.core.surveys.evaluation_plan import (
    Design,
    EvaluationPlan,
    Window,
    compute_seed,
    encode_evaluation_plan,
)
from amanah.programme_door.occasions.actions import record_public_entry
from amanah.programme_door.programmes.actions import record_content_change
from amanah.programme_door.reports.models import Evaluation

EVALUATION_ID_SIZE = 8
EVALUATION_STATED = "evaluation_stated"


@dataclass(frozen=True)
class EvaluationWish:
    """What an organiser asks for; the id and the lot come by themselves."""

    design: Design
    question: str
    target: str
    sites: Sequence[str]
    waves: Sequence[Window]
    steps: Sequence[int] = ()


def build_evaluation_plan(wish: EvaluationWish, evaluation: str) -> EvaluationPlan:
    """Give the plan of a wish under an id; sites and steps stand in it in one order, so that nothing can be chosen."""
    return EvaluationPlan(
        evaluation=evaluation,
        design=wish.design,
        question=wish.question,
        target=wish.target,
        sites=tuple(wish.sites),
        waves=tuple(wish.waves),
        steps=tuple(sorted(wish.steps)),
    )


def plan_evaluation(wish: EvaluationWish, *, now: int, random_bytes: bytes) -> str:
    """State an evaluation in the public log and keep its plan; give its id."""
    evaluation = random_bytes[:EVALUATION_ID_SIZE].hex()
    plan = build_evaluation_plan(wish, evaluation)
    data = encode_evaluation_plan(plan)
    with transaction.atomic():
        Evaluation.objects.create(evaluation=evaluation, plan=data)
        record_public_entry(
            kind=EVALUATION_STATED, ref=evaluation, body={"plan": compute_seed(plan).hex()}, now=now
        )
        record_content_change()
    return evaluation
