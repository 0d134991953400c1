"""Checks on the witnesses of the log: who is named, who answers, and whether enough have signed what is published."""

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from amanah.cli.doctor.files import is_local
from amanah.cli.founding import PUBLIC_FOLDER
from amanah.cli.witnessing.our_witness import read_witnessed_logs
from amanah.cli.witnessing.our_witnesses import GOOD_LEAST, find_hosts
from amanah.core.errors import AmanahError, MisconfiguredError
from amanah.core.public_log.policies import Policy, WitnessedCheckpoint, read_cosignatures
from amanah.core.public_log.reading import STALE_SECONDS
from amanah.web.config import Config
from amanah.web.log_policy import load_policy

PATIENCE_SECONDS = 3
_HOW_TO = "docs/how-to/witness-each-other.md"
_FIRST_SERVER_ERROR = 500


def check_policy(config: Config) -> Iterator[str]:
    """Find a policy that cannot be used, that asks for too little, or whose witnesses are one and the same place."""
    try:
        policy = load_policy(config)
        read_witnessed_logs(config.data / PUBLIC_FOLDER)
    except MisconfiguredError as error:
        yield from error.problems
        return
    least = policy.count_least()
    if not least and config.pace == "calm":
        yield (
            "No witness has to cosign the log, so it could show two histories and nobody would notice. "
            f"Find sister communities and ask for 2 of 3: {_HOW_TO}"
        )
    if least and least < GOOD_LEAST:
        yield (
            "One cosignature is enough for every reader: whoever runs that witness can let a second history pass. "
            f"Name three witnesses and ask for two: amanah witnesses quorum 2 ({_HOW_TO})"
        )
    if policy.log_url != config.urls["log"]:
        yield (
            f"The policy gives the log's address as {policy.log_url}, but AMANAH_LOG_URL is {config.urls['log']}; "
            f"write it again: amanah witnesses quorum {least}"
        )
    yield from _check_places(config, policy)


def _check_places(config: Config, policy: Policy) -> Iterator[str]:
    hosts = find_hosts(policy)
    if len(policy.witnesses) > 1 and len(hosts) == 1:
        yield (
            f"All witnesses of the log are at {min(hosts)}: whoever runs that host runs them all. "
            "Name witnesses of other people in other places."
        )
    own = urlsplit(config.urls["log"]).hostname or ""
    if own in hosts and not is_local(config):
        yield f"A witness of the log is at the log's own host {own}; name one that somebody else runs."
    for name, witness in policy.witnesses.items():
        if witness.url is None:
            yield f"The policy has no address of {name}, so the log cannot ask it; add it again with its address."


def check_cosignatures(config: Config) -> Iterator[str]:
    """Ask each witness whether it is there, and judge the published checkpoint as a reader would."""
    try:
        policy = load_policy(config)
    except MisconfiguredError:
        return
    yield from _check_answers(policy)
    path = config.folder("log") / "public" / "checkpoint"
    if not path.exists():
        return
    try:
        witnessed = read_cosignatures(path.read_bytes(), policy)
    except AmanahError as error:
        yield f"No reader believes {path}: {error} Restart the log service and read what it says."
        return
    yield from _check_quorum(policy, witnessed)
    yield from _check_age(witnessed, path)


def _check_answers(policy: Policy) -> Iterator[str]:
    origin = hashlib.sha256(policy.log.name.encode()).hexdigest()
    urls = {name: witness.url for name, witness in policy.witnesses.items() if witness.url}
    with ThreadPoolExecutor(max(1, len(urls))) as askers:
        reasons = askers.map(lambda url: _find_silence(f"{url}/{origin}/checkpoint"), urls.values())
    for (name, url), reason in zip(urls.items(), reasons, strict=True):
        if reason:
            yield (
                f"The witness {name} does not answer at {url} ({reason}). The log goes on without it while enough "
                "others sign; ring its people."
            )


def _find_silence(address: str) -> str | None:
    """Give why nobody answers there; any answer is one, because a witness need not show what it signed."""
    if not address.startswith(("https://", "http://")):
        return "that is no web address"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS):  # noqa: S310 - the scheme was looked at
            return None
    except urllib.error.HTTPError as error:
        return f"status {error.code}" if error.code >= _FIRST_SERVER_ERROR else None
    except urllib.error.URLError as error:
        return str(error.reason)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__


def _check_quorum(policy: Policy, witnessed: WitnessedCheckpoint) -> Iterator[str]:
    if not policy.is_met_by(witnessed.seen_at):
        missing = ", ".join(name for name in policy.witnesses if name not in witnessed.seen_at)
        yield (
            f"The published checkpoint has {len(witnessed.seen_at)} of the {witnessed.least} cosignatures that the "
            f"policy asks for, so that no reader believes it. Missing: {missing}. Is the log running, and do they let "
            "their witness cosign it (amanah witness add-log)?"
        )


def _check_age(witnessed: WitnessedCheckpoint, path: Path) -> Iterator[str]:
    """Find a sign of life that is too old (4.6); without witnesses it is the time of the last publication."""
    if not witnessed.policy.is_met_by(witnessed.seen_at):
        return
    alive_at = witnessed.witnessed_at or path.stat().st_mtime
    age = time.time() - alive_at
    if age > STALE_SECONDS:
        yield (
            f"The log's last sign of life is {age / 3_600:.0f} hours old, and devices use no log older than "
            f"{STALE_SECONDS // 3_600}. Start the log service; if it runs, ring the people of the witnesses."
        )
