"""The commands about the witnesses of our log, and the policy in words; it never calls few witnesses enough."""

from urllib.parse import urlsplit

from amanah.cli.witnessing.our_policy import (
    add_witness,
    change_policy,
    is_flat,
    parse_address,
    regroup,
    remove_witness,
    require_foreign,
)
from amanah.cli.witnessing.public_folder import RESTART, spell_out
from amanah.core.public_log.notes import COSIGNER, encode_verifier_key, parse_verifier_key
from amanah.core.public_log.policies import NO_QUORUM, Policy, Witness
from amanah.web.config import load_config
from amanah.web.log_policy import find_policy_path, load_policy

GOOD_LEAST = 2
_STATED = "Everybody will then read of the new policy in the public log (policy_stated)."


def run_add(name: str, vkey: str, url: str) -> int:
    """Name one more witness."""
    config = load_config()
    witness = Witness(parse_verifier_key(vkey, COSIGNER), parse_address(url))
    require_foreign(config, witness)
    policy, is_changed = change_policy(config, lambda before: add_witness(before, name, witness))
    _say_whether_changed(f"Our log will ask {name} ({witness.key.name}).", is_changed=is_changed)
    print(f"Compare its key by telephone before you rely on it: {spell_out(witness.key)}")
    print("Its people must let their witness cosign our log; amanah witness show prints the line for them.")
    print(describe_quorum(policy))
    return 0


def run_remove(name: str) -> int:
    """Leave a witness out."""
    policy, is_changed = change_policy(load_config(), lambda before: remove_witness(before, name))
    _say_whether_changed(f"Our log will not ask {name}.", is_changed=is_changed)
    print(describe_quorum(policy))
    return 0


def run_quorum(least: int) -> int:
    """Say how many of all named witnesses must have cosigned."""
    policy, is_changed = change_policy(load_config(), lambda before: regroup(before, least))
    _say_whether_changed(describe_quorum(policy), is_changed=is_changed)
    return 0


def run_list() -> int:
    """Say the policy in words."""
    config = load_config()
    policy = load_policy(config)
    print(describe_quorum(policy))
    for name, witness in policy.witnesses.items():
        print(f"  {name}: {witness.key.name} at {witness.url or 'no address, so that nobody can ask it'}")
        print(f"    key         {encode_verifier_key(witness.key)}")
        print(f"    read aloud  {spell_out(witness.key)}")
    for sentence in list_remarks(policy):
        print(sentence)
    if not is_flat(policy):
        print(
            f"The policy has groups that were made by hand; it is changed by hand too: {find_policy_path(config)}"
        )
    return 0


def describe_quorum(policy: Policy) -> str:
    """Say how many witnesses are needed, and never more than that."""
    named, least = len(policy.witnesses), policy.count_least()
    if not named:
        return "Our log has no witnesses: nobody outside can tell whether it shows everybody the same."
    if policy.quorum == NO_QUORUM:
        return f"0 of {named} needed: our log asks {_count(named)} but nobody waits for any of them."
    words = f"{least} of {named} needed"
    if not is_flat(policy):
        return f"{words} at the least, in groups made by hand."
    if least < GOOD_LEAST:
        return f"{words}: whoever runs that one can let another history pass. In real use ask for 2 of 3."
    return f"{words}."


def list_remarks(policy: Policy) -> list[str]:
    """Say how far the witnesses stand apart, as far as their addresses show."""
    hosts = find_hosts(policy)
    if not policy.witnesses:
        return []
    remark = (
        f"{_count(len(policy.witnesses))} at {len(hosts)} different {'host' if len(hosts) == 1 else 'hosts'}."
    )
    return [
        f"{remark[0].upper()}{remark[1:]} Whether different people run them no program can tell: ask them."
    ]


def find_hosts(policy: Policy) -> set[str]:
    """Give the hostnames of the witnesses; of two on one host, whoever runs the host runs both."""
    addresses = [witness.url for witness in policy.witnesses.values() if witness.url]
    return {urlsplit(address).hostname or "" for address in addresses}


def _count(number: int) -> str:
    return "1 witness" if number == 1 else f"{number} witnesses"


def _say_whether_changed(sentence: str, *, is_changed: bool) -> None:
    if is_changed:
        print(f"{sentence} {RESTART} {_STATED}")
    else:
        print(f"{sentence} It was so already; nothing was changed.")
