"""The invented sister community of the worked example: founds it, and lets the two logs witness each other.

It has a log and a witness and no doors, and only `amanah demo` starts it: real communities are witnessed by others.
"""

from amanah.cli.founding import found_data_folder
from amanah.cli.init import run_django
from amanah.cli.witnessing.our_policy import add_witness, change_policy, is_flat, regroup
from amanah.cli.witnessing.our_witness import (
    add_log,
    find_witness_address,
    list_witnessed_logs,
    remove_log,
)
from amanah.cli.witnessing.public_folder import find_own_keys, hold_public_folder
from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.policies import Policy, Witness
from amanah.web.config import NO_SISTER, Config, load_config
from amanah.web.log_policy import load_policy

SISTER = "sister-house"
SISTER_NAME = "Sister House (invented)"
FOLDER = "sister"


def build_sister_settings(config: Config) -> dict[str, str]:
    """Give the whole settings of the sister; nothing of ours but the pace is hers."""
    if config.sister_bind is None:
        raise MisconfiguredError(["AMANAH_SISTER_BIND is none; there is no sister."])
    host, port = config.sister_bind
    return {
        "AMANAH_DATA": str(config.data / FOLDER),
        "AMANAH_COMMUNITY": SISTER,
        "AMANAH_COMMUNITY_NAME": SISTER_NAME,
        "AMANAH_PACE": config.pace,
        "AMANAH_LOG_BIND": f"{host}:{port}",
        "AMANAH_LOG_URL": f"http://localhost:{port}",
        "AMANAH_SISTER_BIND": NO_SISTER,
    }


def found_sister(config: Config) -> Config:
    """Found the sister, and let each of the two logs be cosigned by the other's witness."""
    settings = build_sister_settings(config)
    sister = load_config(settings)
    found_data_folder(sister)
    migrate = ("migrate", "--no-input", "--verbosity", "0", "--database", "default")
    run_django(sister, "log", *migrate, settings=settings)
    _let_witness(sister, config, SISTER)
    _let_witness(config, sister, config.community)
    return sister


def _let_witness(witnessing: Config, witnessed: Config, name: str) -> None:
    """Let one's witness cosign the other's log; a policy that somebody built by hand stays as it is."""
    log, _ = find_own_keys(witnessed)
    _, key = find_own_keys(witnessing)
    with hold_public_folder(witnessing) as folder:
        if log is not None and log not in list_witnessed_logs(witnessing):
            # Of an invented community that was founded anew only the new key counts.
            remove_log(folder, log.name)
            add_log(witnessing, folder, log)
    if is_flat(load_policy(witnessed)):
        witness = Witness(key, find_witness_address(witnessing))
        change_policy(witnessed, lambda policy: _include(policy, name, witness))


def _include(policy: Policy, name: str, witness: Witness) -> Policy:
    least = max(1, policy.count_least())
    known = policy.witnesses.get(name)
    if known is not None and known.key != witness.key:
        policy = dismiss(policy, name)
    return regroup(add_witness(policy, name, witness), least)


def dismiss(policy: Policy, name: str = SISTER) -> Policy:
    """Leave the sister out, and ask for no more witnesses than are left."""
    if name not in policy.witnesses:
        return policy
    left = {other: witness for other, witness in policy.witnesses.items() if other != name}
    return regroup(Policy(policy.log, policy.log_url, left), min(policy.count_least(), len(left)))


def forget_sister(config: Config) -> None:
    """Ask a sister no more that an earlier demonstration had and this one does not start."""
    if is_flat(load_policy(config)):
        change_policy(config, dismiss)
