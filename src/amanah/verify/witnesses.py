"""What the witnesses of a policy hold of a log, fetched from each, so that a log that shows others more is seen.

It never believes a witness about the log: only what the log itself has signed counts.
"""

import hashlib
import json
from dataclasses import dataclass

from amanah.core.errors import AmanahError, VerificationError
from amanah.core.public_log.checkpoints import verify_checkpoint
from amanah.core.public_log.notes import LONGEST_NOTE
from amanah.core.public_log.policies import Policy, Witness, read_cosignatures
from amanah.verify.sources import AbsentError, UnreachableError, fetch_file, is_address
from amanah.verify.walk import Landmark

MOST_EVIDENCE = 64


@dataclass(frozen=True)
class Answers:
    """What was learned: signed states of the log, witnesses that gave none, and witnesses that need a look."""

    landmarks: tuple[Landmark, ...] = ()
    silent: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


def ask_witnesses(policy: Policy) -> Answers:
    """Ask every witness of a policy for the last checkpoint that it cosigned and for proofs of a fork (6.5, 6.6)."""
    landmarks: list[Landmark] = []
    silent: list[str] = []
    doubtful: list[str] = []
    for name, witness in policy.witnesses.items():
        if witness.url is None or not is_address(witness.url):
            silent.append(f"The policy gives no address of the witness {name}.")
            continue
        place = f"{witness.url.rstrip('/')}/{hashlib.sha256(policy.log.name.encode()).hexdigest()}"
        try:
            landmarks.append(_fetch_cosigned(place, name, witness, policy))
        except AbsentError:
            silent.append(f"The witness {name} has never cosigned this log.")
        except UnreachableError as error:
            silent.append(f"The witness {name} could not be asked: {error}")
            continue
        except AmanahError as error:
            doubtful.append(f"What the witness {name} shows is not what it cosigned: {error}")
        landmarks += _fetch_evidence(place, name, policy)
    return Answers(tuple(landmarks), tuple(silent), tuple(doubtful))


def _fetch_cosigned(place: str, name: str, witness: Witness, policy: Policy) -> Landmark:
    note = fetch_file(place, "checkpoint", longest=LONGEST_NOTE)
    checkpoint = verify_checkpoint(note, policy.log)
    alone = Policy(policy.log, witnesses={name: witness})
    if name not in read_cosignatures(note, alone).seen_at:
        raise VerificationError("it does not carry the witness's own cosignature.")
    return Landmark(f"what the witness {name} cosigned", checkpoint.size, checkpoint.root, note)


def _fetch_evidence(place: str, name: str, policy: Policy) -> list[Landmark]:
    """Fetch what a witness keeps as proof of a fork; whatever the log did not sign proves nothing and is left out."""
    try:
        notes = json.loads(fetch_file(place, "evidence", longest=MOST_EVIDENCE * LONGEST_NOTE))
    except (UnreachableError, ValueError):
        return []
    landmarks = []
    for note in notes[:MOST_EVIDENCE] if isinstance(notes, list) else []:
        try:
            data = str(note).encode()
            checkpoint = verify_checkpoint(data, policy.log)
        except (AmanahError, UnicodeEncodeError):
            continue
        whose = f"evidence that the witness {name} keeps"
        landmarks.append(Landmark(whose, checkpoint.size, checkpoint.root, data))
    return landmarks
