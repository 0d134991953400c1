"""What a page tells the client about this community: addresses, names and waiting times, the same for all."""

from pathlib import Path
from typing import Any

from amanah.core.public_log.notes import encode_verifier_key
from amanah.core.public_log.policies import NO_QUORUM, Policy
from amanah.web.config import PROCESSES, Config
from amanah.web.log_policy import find_policy_path, load_policy

_POLICIES: dict[Path, Policy] = {}


def build_facts(config: Config) -> dict[str, Any]:
    """Give the content of the data block `amanah-facts`."""
    return {
        "community": config.community,
        "issuer": config.issuer_name,
        "pace": config.pace,
        "urls": {process: config.urls[process] for process in PROCESSES},
        "log": {"origin": config.log_origin} | _build_policy_facts(config),
        "register_window": config.pacing.register_window,
        "minimum_age": config.pacing.minimum_age,
    }


def _build_policy_facts(config: Config) -> dict[str, Any]:
    """Give whom clients believe about the log; before `amanah init` they believe nobody."""
    if not find_policy_path(config).is_file():
        return {"vkey": "", "witnesses": [], "groups": [], "quorum": NO_QUORUM}
    policy = _load_policy_once(config)
    return {
        "vkey": encode_verifier_key(policy.log),
        "witnesses": [[name, encode_verifier_key(witness.key)] for name, witness in policy.witnesses.items()],
        "groups": [[name, group.least, [*group.members]] for name, group in policy.groups.items()],
        "quorum": policy.quorum,
    }


def _load_policy_once(config: Config) -> Policy:
    """Read the policy once: a door that is told another one is started again."""
    path = find_policy_path(config)
    if path not in _POLICIES:
        _POLICIES[path] = load_policy(config)
    return _POLICIES[path]
