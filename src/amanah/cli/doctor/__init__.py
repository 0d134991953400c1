"""Holds a deployment against what Amanah promises; every finding is a sentence with what to do. It changes nothing."""

from collections.abc import Callable, Iterator, Mapping

from amanah.cli.doctor.addresses import check_addresses, check_proxies
from amanah.cli.doctor.databases import check_databases, check_sharing
from amanah.cli.doctor.files import check_folders, check_keys, check_placement
from amanah.cli.doctor.machine import check_clock, check_disks, check_kernel, check_swap
from amanah.cli.doctor.request_door import check_packs, check_panel
from amanah.cli.doctor.witnesses import check_cosignatures, check_policy
from amanah.cli.founding import is_founded
from amanah.core.errors import MisconfiguredError
from amanah.web.config import Config, load_config

CHECKS: Mapping[str, Callable[[Config], Iterator[str]]] = {
    "folders belong to their department alone": check_folders,
    "keys are whole, secret and different": check_keys,
    "nothing secret lies where others copy it": check_placement,
    "doors share no database": check_sharing,
    "databases keep no order, no log and no deleted row": check_databases,
    "others witness the log": check_policy,
    "enough witnesses signed what is published, and lately": check_cosignatures,
    "trustees can answer an order": check_panel,
    "jurisdiction packs can be read": check_packs,
    "addresses fit the machine": check_addresses,
    "no proxy writes down who came": check_proxies,
    "memory stays off the disk": check_swap,
    "the kernel keeps processes apart": check_kernel,
    "disks are encrypted and have room": check_disks,
    "the clock can be believed": check_clock,
}


def run_doctor() -> int:
    """Run every check; give 0 when nothing was found and 1 otherwise."""
    config = load_config()
    if not is_founded(config):
        raise MisconfiguredError(
            [
                f"{config.data} is not a whole data folder that you can read; run amanah init, or doctor as root."
            ]
        )
    found = 0
    for promise, check in CHECKS.items():
        findings = list(check(config))
        found += len(findings)
        print(f"{'look' if findings else 'fine'}  {promise}")
        for finding in findings:
            print(f"      - {finding}")
    print()
    if found:
        print(f"{found} findings. docs/how-to/put-it-on-a-server.md says more about each.")
        return 1
    print(
        "Nothing found. What no program can check: who has the passwords, and who stands behind the screen."
    )
    return 0
