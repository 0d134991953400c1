"""Gathers cosignatures (`spec/public_log.md` 3.6, 6.1): every witness of the policy is asked on a thread of its own.

A witness that is dead, slow or lying holds up nobody else and never the writer. It goes on being asked until it has
cosigned the newest checkpoint. What a witness shows that only this log's own key can have signed is believed.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from amanah.core.errors import MisconfiguredError
from amanah.core.public_log.checkpoints import Checkpoint
from amanah.core.public_log.policies import Policy, Witness
from amanah.core.public_log.witnessing import AddCheckpoint
from amanah.log_service.asking import WitnessLink, find_signed, parse_size, select_line
from amanah.log_service.evidence import EvidenceFolder
from amanah.log_service.storage import PublicFolder
from amanah.log_service.store import SignedCheckpoint
from amanah.log_service.tile_files import open_tile_hashes
from amanah.web.log_reader import Answer, LogUnreachableError

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
_MOST_TRIES = 3
_LOGGER = logging.getLogger("amanah.log")


class NotCosignedError(LogUnreachableError):
    """A witness gave no cosignature; asking again later is right."""

    code = "not-cosigned"


class Cosigners:
    """All witnesses of the policy that have an address, and the lines that came under the newest checkpoint."""

    def __init__(
        self,
        policy: Policy,
        folder: PublicFolder,
        evidence: EvidenceFolder,
        cosigned_sizes: Mapping[str, int],
    ) -> None:
        self.trouble: BaseException | None = None
        self._policy = policy
        self._changed = threading.Condition()
        self._newest: SignedCheckpoint | None = None
        self._lines: dict[str, bytes] = {}
        self._unsettled: set[str] = set()
        self._resting_until: dict[str, float] = {}
        self._is_stopping = False
        self._on_news: Callable[[], object] = _ignore
        self._askers = [
            _Asker(self, name, witness, witness.url, folder, evidence)
            for name, witness in policy.witnesses.items()
            if witness.url is not None
        ]
        for asker in self._askers:
            asker.held_size = cosigned_sizes.get(asker.vkey, 0)

    @property
    def policy(self) -> Policy:
        """Give the policy whose witnesses are asked."""
        return self._policy

    @property
    def is_met(self) -> bool:
        """Tell whether the newest checkpoint has what the policy asks for."""
        with self._changed:
            return self._policy.is_met_by(asker.name for asker in self._askers if asker.vkey in self._lines)

    @property
    def is_settled(self) -> bool:
        """Tell whether no witness is left from whom an answer may come at any moment."""
        with self._changed:
            return not self._unsettled

    def start(self, on_news: Callable[[], object]) -> None:
        """Begin to ask; `on_news` is called from other threads."""
        self._on_news = on_news
        for asker in self._askers:
            # Daemon threads: whoever hangs in a witness's answer must not keep the process from ending.
            threading.Thread(target=asker.run, name=f"ask-{asker.name}", daemon=True).start()

    def stop(self) -> None:
        """Ask nobody any more, and call nobody."""
        with self._changed:
            self._is_stopping = True
            self._on_news = _ignore
            self._changed.notify_all()

    def ask(self, signed: SignedCheckpoint, lines: Mapping[str, bytes]) -> None:
        """Ask every witness whose line is not among those at hand to cosign a checkpoint."""
        with self._changed:
            now = time.monotonic()
            self._newest = signed
            self._lines = dict(lines)
            self._unsettled = {
                asker.vkey
                for asker in self._askers
                if asker.vkey not in self._lines and self._resting_until.get(asker.vkey, now) <= now
            }
            self._changed.notify_all()

    def list_lines(self) -> dict[str, bytes]:
        """Give the checked lines under the newest checkpoint, by the vkey of who made them."""
        with self._changed:
            return dict(self._lines)

    def wait_for_work(self, vkey: str) -> SignedCheckpoint | None:
        """Give the newest checkpoint once this witness should be asked; None at the end."""
        with self._changed:
            while not self._is_stopping:
                now = time.monotonic()
                is_missing = self._newest is not None and vkey not in self._lines
                rest = self._resting_until.get(vkey, now) - now
                if is_missing and rest <= 0:
                    return self._newest
                self._changed.wait(rest if is_missing else None)
            return None

    def get_newest_size(self) -> int:
        """Give how many entries this log has ever signed for."""
        with self._changed:
            return self._newest.size if self._newest else 0

    def note_line(self, vkey: str, signed: SignedCheckpoint, line: bytes) -> None:
        """Take in a line, unless the log has grown meanwhile."""
        with self._changed:
            self._resting_until.pop(vkey, None)
            if self._newest and self._newest.size == signed.size:
                self._lines[vkey] = line
                self._unsettled.discard(vkey)
            self._on_news()

    def note_failure(self, vkey: str, seconds: float) -> None:
        """Leave a witness alone for a while."""
        with self._changed:
            self._resting_until[vkey] = time.monotonic() + seconds
            self._unsettled.discard(vkey)
            self._on_news()

    def note_trouble(self, trouble: BaseException) -> None:
        """Tell the service what must end it."""
        with self._changed:
            self.trouble = self.trouble or trouble
            self._on_news()


class _Asker:
    """Asks one witness, again and again; it knows how far that witness has come."""

    def __init__(
        self,
        cosigners: Cosigners,
        name: str,
        witness: Witness,
        url: str,
        folder: PublicFolder,
        evidence: EvidenceFolder,
    ) -> None:
        self.name = name
        self.held_size = 0
        self._cosigners = cosigners
        self._log = cosigners.policy.log
        self._link = WitnessLink(witness, url, self._log.name)
        self._folder = folder
        self._evidence = evidence
        self._pause = 0.0

    @property
    def vkey(self) -> str:
        """Give the witness's key as text."""
        return self._link.vkey

    def run(self) -> None:
        """Work until the service ends."""
        try:
            while (signed := self._cosigners.wait_for_work(self.vkey)) is not None:
                self._work(signed)
        except BaseException as error:  # noqa: BLE001  (a thread that dies unseen would leave the log unwitnessed)
            self._cosigners.note_trouble(error)
        finally:
            self._link.close()

    def _work(self, signed: SignedCheckpoint) -> None:
        try:
            line = self._ask(signed)
        except LogUnreachableError as error:
            if not self._pause:
                _LOGGER.warning("The witness %s does not cosign: %s It is asked again.", self.name, error)
            self._pause = min(max(2 * self._pause, FIRST_PAUSE), LONGEST_PAUSE)
            self._cosigners.note_failure(self.vkey, self._pause)
            return
        if self._pause:
            _LOGGER.info("The witness %s cosigns again.", self.name)
        self._pause = 0.0
        self._cosigners.note_line(self.vkey, signed, line)

    def _ask(self, signed: SignedCheckpoint) -> bytes:
        for _ in range(_MOST_TRIES):
            proof = open_tile_hashes(self._folder, signed.size).compute_consistency_proof(self.held_size)
            answer = self._link.ask(AddCheckpoint(self.held_size, tuple(proof), signed.note))
            if answer.status == 200:
                line = select_line(signed.note, answer.body, self._link.key)
                if line is None:
                    raise NotCosignedError("It answered without a line that its key made.")
                self.held_size = signed.size
                return line
            size = parse_size(answer.body) if answer.status == 409 else None
            if answer.status == 422 or (size is not None and size > self._cosigners.get_newest_size()):
                self._look_closer(signed, answer)
            if size is None or size == self.held_size or size > signed.size:
                raise NotCosignedError(f"It answered with status {answer.status}.")
            self.held_size = size
        raise NotCosignedError("It names another size each time.")

    def _look_closer(self, signed: SignedCheckpoint, answer: Answer) -> None:
        """Find out whether the witness has seen a tree that this one does not continue (3.3).

        Its word alone stops nothing: only a checkpoint that this log's own key has signed does.
        """
        note = self._link.find_held()
        held = find_signed(note, self._log)
        facts = {
            "witness": self.vkey,
            "asked": signed.note.decode(),
            "status": str(answer.status),
            "answer": answer.body.decode(errors="replace"),
            "shows": (note or b"").decode(errors="replace"),
        }
        is_proved = held is not None and not self._is_ours(held, signed)
        kind = "proof" if is_proved else "claim"
        path = self._evidence.keep(f"{self._link.key.key_id.hex()}-{kind}-{answer.status}", facts)
        if held is None or not is_proved:
            raise NotCosignedError(f"It claims to have seen another tree and does not show it; see {path}.")
        if held.size > self._cosigners.get_newest_size():
            sentence = (
                f"The witness {self.name} shows {held.size} entries under this log's own signature; this machine "
                f"has signed {signed.size}. It is older than what the world has seen. Nothing more is signed: "
                f"take the missing entries with amanah recover-log, or put back the newest copy. See {path}."
            )
        else:
            sentence = (
                f"The witness {self.name} shows another history of the first {held.size} entries under this "
                f"log's own signature. Two logs have signed with this key. Nothing more is signed. See {path}."
            )
        raise MisconfiguredError([sentence])

    def _is_ours(self, held: Checkpoint, signed: SignedCheckpoint) -> bool:
        if held.size > signed.size:
            return held.size <= self._cosigners.get_newest_size()
        return open_tile_hashes(self._folder, signed.size, of=held.size).compute_root() == held.root


def _ignore() -> None:
    return None
