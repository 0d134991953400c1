"""Starts the log service and our witness: one process, one writer thread, no Django.

It refuses to start where the past cannot be vouched for, and ends with an error where it cannot go on.
"""

import logging
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from amanah.log_service.application import LogApplication
from amanah.log_service.asking import WitnessLink
from amanah.log_service.cosigning import Cosigners
from amanah.log_service.database import hold_writer_lock, open_log_database
from amanah.log_service.evidence import FOLDER, EvidenceFolder
from amanah.log_service.identity import LogIdentity, load_identity
from amanah.log_service.ledger import LAST_SIGNED, Ledger
from amanah.log_service.opening import Shown, open_ledger
from amanah.log_service.sequencer import Sequencer
from amanah.log_service.storage import PublicFolder
from amanah.log_service.store import LogStore
from amanah.log_service.witness.application import WitnessDesk
from amanah.log_service.witness.opening import open_witness
from amanah.log_service.witness.witness import Witness
from amanah.web.config import Config
from amanah.web.gate import run_gate
from amanah.web.log_reader import LogUnreachableError

PUBLICATION_SECONDS = {"calm": 1.0, "demo": 0.2}
SHOWING_SECONDS = 2.0
_LOGGER = logging.getLogger("amanah.log")


class Opened(NamedTuple):
    """Everything that lives on the writer thread."""

    ledger: Ledger
    witness: Witness
    cosigners: Cosigners | None


def run(config: Config, now: Callable[[], float] = time.time) -> None:
    """Serve the log until SIGTERM or SIGINT; raise what ended it, if anything did."""
    with hold_writer_lock(config.folder("log")), ThreadPoolExecutor(1, "log-writer") as writer:
        opened = writer.submit(_open, config, now).result()
        desk = WitnessDesk(opened.witness, writer, _ask_to_stop)
        sequencers: list[Sequencer] = []

        def make_sequencer() -> Sequencer:
            interval = PUBLICATION_SECONDS[config.pace]
            sequencers.append(Sequencer(opened.ledger, writer, interval, _ask_to_stop, opened.cosigners))
            return sequencers[-1]

        run_gate(LogApplication(opened.ledger, make_sequencer, desk), config.binds["log"])
        writer.submit(opened.ledger.store.close).result()
    for failure in (*(sequencer.failure for sequencer in sequencers), desk.failure):
        if failure:
            raise failure


def _open(config: Config, now: Callable[[], float]) -> Opened:
    ledger = open_log(config, now)
    try:
        return Opened(
            ledger, open_witness(config, ledger.store.database, now), open_cosigners(config, ledger)
        )
    except BaseException:
        ledger.store.close()
        raise


def open_log(config: Config, now: Callable[[], float]) -> Ledger:
    """Open database, keys and files, and check the past; call it on the thread that will write."""
    identity = load_identity(config)
    folder = config.folder("log")
    store = LogStore(open_log_database(config))
    try:
        store.claim(identity.origin)
        public = PublicFolder(folder / "public")
        last_signed = config.keys("log") / LAST_SIGNED
        # A log that never signed anything has shown nothing; that its first witness sleeps is no news.
        shown = list_shown(identity, is_new=not last_signed.exists())
        return open_ledger(identity, store, public, last_signed, now, shown)
    except BaseException:
        store.close()
        raise


def open_cosigners(config: Config, ledger: Ledger) -> Cosigners | None:
    """Make ready to ask the witnesses of the policy; None where there are none."""
    policy = ledger.identity.policy
    if not policy.witnesses:
        return None
    evidence = EvidenceFolder(config.folder("log") / FOLDER)
    return Cosigners(policy, ledger.folder, evidence, ledger.store.list_cosigned_sizes())


def list_shown(identity: LogIdentity, *, is_new: bool = False) -> list[Shown]:
    """Ask every witness of the policy, all at once, what it holds of this log; who does not answer is named (3.3)."""
    links = {
        name: WitnessLink(witness, witness.url, identity.origin, timeout=SHOWING_SECONDS)
        for name, witness in identity.policy.witnesses.items()
        if witness.url is not None
    }
    if not links:
        return []
    with ThreadPoolExecutor(len(links), "ask-at-start") as threads:
        answers = dict(zip(links, threads.map(_ask_what_is_held, links.values()), strict=True))
    silent = sorted(name for name, answer in answers.items() if isinstance(answer, LogUnreachableError))
    if silent and not is_new:
        _LOGGER.warning(
            "The log starts without knowing what these witnesses hold, because they do not answer: %s.",
            ", ".join(silent),
        )
    return [Shown(name, answer) for name, answer in answers.items() if isinstance(answer, bytes)]


def _ask_what_is_held(link: WitnessLink) -> bytes | LogUnreachableError | None:
    try:
        return link.find_held()
    except LogUnreachableError as error:
        return error
    finally:
        link.close()


def _ask_to_stop() -> None:
    signal.raise_signal(signal.SIGTERM)
