"""Which rules are in force, and every version that ever was; a community that signed none has the defaults."""

from amanah.core.data_requests.rules import (
    RuleSet,
    build_default_rules,
    compute_rules_hash,
    encode_rules,
    parse_rules,
)
from amanah.request_door.rules.models import Rules
from amanah.web.settings import get_config


def get_rules_in_force() -> tuple[RuleSet, bytes]:
    """Give the rules that requests are decided by now, with the bytes whose hash decisions cite."""
    signed = Rules.objects.filter(in_force_from__isnull=False).order_by("-in_force_from").first()
    if signed is None:
        rules = build_default_rules(get_config().community)
        return rules, encode_rules(rules)
    document = bytes(signed.document)
    return parse_rules(document), document


def find_rules(rules_hash: str) -> bytes | None:
    """Find a version by its hash, in force or not; the defaults are known to everybody."""
    version = Rules.objects.filter(rules_hash=rules_hash).first()
    if version is not None:
        return bytes(version.document)
    document = encode_rules(build_default_rules(get_config().community))
    return document if compute_rules_hash(document) == rules_hash else None
