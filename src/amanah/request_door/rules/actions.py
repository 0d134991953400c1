"""Writing a new version of the rules down and putting it in force. It never changes a version."""

from amanah.core.data_requests.rules import RuleSet, compute_rules_hash, encode_rules
from amanah.core.errors import RefusedError
from amanah.request_door.rules.models import Rules


class RulesUnknownError(RefusedError):
    """What was signed is the hash of rules that nobody wrote down here."""

    code = "rules-unknown"


def record_rules(rules: RuleSet) -> str:
    """Write a version down, so that trustees can read and sign it; give its hash."""
    document = encode_rules(rules)
    rules_hash = compute_rules_hash(document)
    Rules.objects.get_or_create(rules_hash=rules_hash, defaults={"document": document})
    return rules_hash


def apply_rules_change(rules_hash: str, *, at: int) -> None:
    """Put a version in force that k trustees have signed in a decision of that time.

    Doing so again changes nothing. Of two decisions the one drafted later stays in force.
    """
    version = Rules.objects.select_for_update().filter(rules_hash=rules_hash).first()
    if version is None:
        raise RulesUnknownError("Write these rules down at the desk again, and let the trustees sign them.")
    if version.in_force_from is None or version.in_force_from < at:
        version.in_force_from = at
        version.save(update_fields=["in_force_from"])
