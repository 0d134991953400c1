"""The Django reference view behind granian: no middleware, a kept connection, full durability; only for comparison.

Its one occasion comes from the environment. It is as fast as plain Django gets, so that the comparison is fair.
"""

import json
import os

from amanah.core.passes.decisions import SpendableOccasion
from amanah.core.passes.keys import parse_public_key
from amanah.core.passes.occasions import parse_descriptor
from amanah.core.passes.tokens import TokenVerifier

SETTINGS = "benchmarks.orm_settings"
FACTS = "BENCHMARK_OCCASION"


def read_occasion() -> dict[bytes, SpendableOccasion]:
    """Give the occasion that the benchmark opened, by token key id."""
    facts = json.loads(os.environ[FACTS])
    occasion = parse_descriptor(facts["descriptor"])
    public_key = parse_public_key(bytes.fromhex(facts["spki"]))
    verifier = TokenVerifier(public_key, occasion.challenge_digest(occasion.issuer_name))
    return {
        public_key.token_key_id: SpendableOccasion(occasion, verifier, bytes.fromhex(facts["room_secret"]))
    }


if FACTS in os.environ:
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
