"""The vectors about policies and cosigned checkpoints: `witnessed.json`.

Every expectation is written down here by hand, never taken from the code that it judges.
"""

import base64
from typing import Any

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.checkpoints import Checkpoint, sign_checkpoint
from amanah.core.public_log.merkle import compute_leaf_hash, compute_root
from amanah.core.public_log.notes import COSIGNER, VerifierKey, encode_verifier_key
from tests.core.public_log.build import (
    NOW,
    ORIGIN,
    cosigned,
    heartbeats,
    log_key,
    policy_text,
    public_key,
    seed,
    sign_leaves,
    witness_key,
)

TRIO = ("cedar", "olive", "quince")
TWO_OF_THREE = "group sisters 2 cedar olive quince"
SMALL = heartbeats(7)
POLICIES: dict[str, str] = {
    "the log alone": policy_text(),
    "witnesses and no quorum": policy_text(*TRIO),
    "one witness": policy_text("cedar", quorum="cedar"),
    "two of three": policy_text(*TRIO, groups=[TWO_OF_THREE], quorum="sisters"),
    "all of two": policy_text("cedar", "olive", groups=["group both all cedar olive"], quorum="both"),
    "any of three": policy_text(*TRIO, groups=[f"group one any {' '.join(TRIO)}"], quorum="one"),
    "groups in a group": policy_text(
        *TRIO,
        groups=["group near any cedar olive", "group far 1 quince", "group houses all near far"],
        quorum="houses",
    ),
}
LEAST = {
    "the log alone": 0,
    "witnesses and no quorum": 0,
    "one witness": 1,
    "two of three": 2,
    "all of two": 2,
    "any of three": 1,
    "groups in a group": 2,
}
_VKEYS = {name: encode_verifier_key(witness_key(name)) for name in TRIO}
_LOG = f"log {encode_verifier_key(log_key())}\n"
_CEDAR = f"witness cedar {_VKEYS['cedar']}\n"
_OLIVE = f"witness olive {_VKEYS['olive']}\n"
_BAD_POLICY = "unreadable-policy"
_BAD_KEY = "unreadable-verifier-key"


def _name_again(name: str) -> str:
    """Give the vkey of a witness's key under a second name."""
    return encode_verifier_key(VerifierKey("other.example/witness", witness_key(name).public_key, COSIGNER))


def list_refused_policies() -> list[tuple[str, str, str]]:
    """List policies that nobody must read, each with the code of the refusal."""
    same_as_log = encode_verifier_key(VerifierKey("w.example", log_key().public_key, COSIGNER))
    signer = encode_verifier_key(VerifierKey("w.example", public_key("cedar")))
    log_as_cosigner = encode_verifier_key(VerifierKey(ORIGIN, log_key().public_key, COSIGNER))
    return [
        ("nothing", "", _BAD_POLICY),
        ("no log", _CEDAR + "quorum cedar\n", _BAD_POLICY),
        ("two logs", _LOG * 2 + "quorum none\n", _BAD_POLICY),
        ("no quorum", _LOG + _CEDAR, _BAD_POLICY),
        ("two quorums", _LOG + "quorum none\nquorum none\n", _BAD_POLICY),
        ("unknown quorum", _LOG + "quorum cedar\n", _BAD_POLICY),
        ("quorum before its witness", _LOG + "quorum cedar\n" + _CEDAR, _BAD_POLICY),
        ("unknown word", _LOG + "trust cedar\nquorum none\n", _BAD_POLICY),
        ("a word too many", _LOG + "quorum none none\n", _BAD_POLICY),
        ("line ends of another system", (_LOG + "quorum none\n").replace("\n", "\r\n"), _BAD_POLICY),
        ("a witness named none", _LOG + f"witness none {_VKEYS['cedar']}\nquorum none\n", _BAD_POLICY),
        ("one name twice", _LOG + _CEDAR + f"witness cedar {_VKEYS['olive']}\nquorum none\n", _BAD_POLICY),
        ("one key twice", _LOG + _CEDAR + f"witness olive {_VKEYS['cedar']}\nquorum none\n", _BAD_POLICY),
        (
            "one key under two names",
            _LOG + _CEDAR + f"witness olive {_name_again('cedar')}\nquorum none\n",
            _BAD_POLICY,
        ),
        ("the log's key as a witness", _LOG + f"witness cedar {same_as_log}\nquorum cedar\n", _BAD_POLICY),
        ("group of nobody", _LOG + "group all all\nquorum all\n", _BAD_POLICY),
        ("group asks for none", _LOG + _CEDAR + "group g 0 cedar\nquorum g\n", _BAD_POLICY),
        ("group asks for too many", _LOG + _CEDAR + "group g 2 cedar\nquorum g\n", _BAD_POLICY),
        ("leading zero", _LOG + _CEDAR + "group g 01 cedar\nquorum g\n", _BAD_POLICY),
        ("one member twice", _LOG + _CEDAR + "group g 1 cedar cedar\nquorum g\n", _BAD_POLICY),
        (
            "one witness in two groups",
            _LOG + _CEDAR + _OLIVE + "group g any cedar\ngroup h any cedar olive\nquorum h\n",
            _BAD_POLICY,
        ),
        ("group in itself", _LOG + _CEDAR + "group g any cedar g\nquorum g\n", _BAD_POLICY),
        ("none as a member", _LOG + _CEDAR + "group g any none cedar\nquorum g\n", _BAD_POLICY),
        ("witness with a log's key", _LOG + f"witness cedar {signer}\nquorum cedar\n", _BAD_KEY),
        ("log with a witness's key", f"log {log_as_cosigner}\nquorum none\n", _BAD_KEY),
        ("key that does not fit its id", _LOG.replace("+", "+0", 1) + "quorum none\n", _BAD_KEY),
    ]


def _describe_policy(name: str, text: str) -> dict[str, Any]:
    groups = [line.split()[1:] for line in text.splitlines() if line.startswith("group ")]
    words = {"any": lambda _: 1, "all": len}
    return {
        "name": name,
        "text": text,
        "log": encode_verifier_key(log_key()),
        "witnesses": [
            {"name": who, "vkey": _VKEYS[who]} for who in TRIO if f"\nwitness {who} " in f"\n{text}"
        ],
        "groups": [
            {
                "name": group,
                "least": words[least](members) if least in words else int(least),
                "members": members,
            }
            for group, least, *members in groups
        ],
        "quorum": text.rstrip("\n").rsplit(" ", 1)[1],
        "least": LEAST[name],
    }


def build_witnessed() -> dict[str, Any]:
    """Give policies, checkpoints with up to three cosignatures, and what each policy makes of them."""
    note = sign_leaves(SMALL)
    root = encode_base64url(compute_root([*map(compute_leaf_hash, SMALL)]))
    early, late, latest = NOW, NOW + 60, NOW + 600
    one, two = {"cedar": early}, {"cedar": early, "olive": late}
    three = {"cedar": latest, "olive": late, "quince": early}
    far = {"olive": late, "quince": early}
    cases: list[tuple[str, dict[str, int], bool, int | None]] = [
        ("the log alone", {}, True, None),
        ("witnesses and no quorum", {}, True, None),
        ("witnesses and no quorum", two, True, None),
        ("one witness", {}, False, None),
        ("one witness", one, True, early),
        ("two of three", {}, False, None),
        ("two of three", one, False, None),
        ("two of three", two, True, early),
        ("two of three", three, True, late),
        ("all of two", one, False, None),
        ("all of two", two, True, early),
        ("any of three", {"quince": late}, True, late),
        ("any of three", three, True, latest),
        ("groups in a group", two, False, None),
        ("groups in a group", far, True, early),
        # Quince alone is the far house: however new the others are, nobody there has seen it since.
        ("groups in a group", three, True, early),
    ]
    checkpoints = [
        {
            "policy": policy,
            "note": cosigned(note, times).decode(),
            "seen_at": times,
            "is_met": is_met,
            "witnessed_at": at,
        }
        for policy, times, is_met, at in cases
    ]
    return {
        "checkpoint": {"origin": ORIGIN, "size": len(SMALL), "root": root},
        "policies": [_describe_policy(name, text) for name, text in POLICIES.items()],
        "refused_policies": [
            {"why": why, "text": text, "code": code} for why, text, code in list_refused_policies()
        ],
        "checkpoints": checkpoints + list_odd_checkpoints(note, two, early),
        "refused": [
            {"why": why, "policy": policy, "note": text, "code": code}
            for why, policy, text, code in list_refused_notes(note, two)
        ],
        "stale_after_seconds": 26 * 3_600,
    }


def list_odd_checkpoints(note: bytes, two: dict[str, int], early: int) -> list[dict[str, Any]]:
    """List checkpoints with lines that look odd and change nothing."""
    met = {"policy": "two of three", "seen_at": two, "is_met": True, "witnessed_at": early}
    lines = cosigned(note, two)
    log_line = note.partition(b"\n\n")[2]
    ours = lines.removeprefix(note)
    strange = _damage(cosigned(note, {"stranger": early}).removeprefix(note))
    again = cosigned(note, {"cedar": early - 60}).removeprefix(note)
    text = note.partition(b"\n\n")[0] + b"\n\n"
    renamed = _rename(_damage(again), "other.example/witness")
    return [
        {"why": "a bad line by nobody that is known", "note": (lines + strange).decode(), **met},
        {
            "why": "a known key id under an unknown name, and a bad line",
            "note": (lines + renamed).decode(),
            **met,
        },
        {"why": "the same witness twice, the newest counts", "note": (lines + again).decode(), **met},
        {"why": "witnesses before the log", "note": (text + ours + log_line).decode(), **met},
        {
            "why": "one line twice is one witness",
            "note": cosigned(cosigned(note, {"cedar": early}), {"cedar": early}).decode(),
            "policy": "two of three",
            "seen_at": {"cedar": early},
            "is_met": False,
            "witnessed_at": None,
        },
    ]


def list_refused_notes(note: bytes, two: dict[str, int]) -> list[tuple[str, str, str, str]]:
    """List checkpoints that must be refused whatever the quorum, each with the code."""
    good = cosigned(note, two)
    text, _, log_line = (part.decode() for part in note.partition(b"\n\n"))
    wrong, log_wrong, unread = "cosignature-wrong", "checkpoint-signature", "unreadable-checkpoint"
    quince = cosigned(note, {"quince": NOW}).removeprefix(note)
    lines = good.removeprefix(note).decode()
    other = cosigned(sign_leaves(SMALL[:6]), {"quince": NOW}).partition(b"\n\n")[2].splitlines(keepends=True)
    stranger = sign_checkpoint(Checkpoint(ORIGIN, 7, bytes(32)), seed("stranger")).decode()
    policy = "two of three"
    return [
        ("bad cosignature beside two good ones", policy, (good + _damage(quince)).decode(), wrong),
        (
            "good and bad cosignature by one witness",
            policy,
            (good + quince + _damage(quince)).decode(),
            wrong,
        ),
        (
            "bad cosignature where no quorum is asked",
            "witnesses and no quorum",
            (note + _damage(quince)).decode(),
            wrong,
        ),
        ("cosignature of another checkpoint", policy, good.decode() + other[1].decode(), wrong),
        ("cosignature with another time", policy, (good + _move_time(quince, 1)).decode(), wrong),
        ("cosignature at no time", policy, (good + _set_time(quince, 0)).decode(), wrong),
        ("cosignature after all times", policy, (good + _set_time(quince, 2**63)).decode(), wrong),
        ("cosignature without its time", policy, (good + _cut(quince, 4, 12)).decode(), wrong),
        ("cosignature with a byte too many", policy, (good + _append(quince)).decode(), wrong),
        ("no line by the log", policy, f"{text}\n\n{lines}", log_wrong),
        ("signed by another key under the log's name", policy, stranger + lines, log_wrong),
        (
            "bad line by the log beside its good one",
            policy,
            (good + _damage(log_line.encode())).decode(),
            log_wrong,
        ),
        ("size changed", policy, good.decode().replace("\n7\n", "\n8\n", 1), log_wrong),
        ("cosignature cannot be read", policy, good.decode() + "\u2014 cedar.example/witness !!!!\n", unread),
        ("cut off", policy, good.decode()[:-1], unread),
        ("no signature", policy, text + "\n", unread),
        ("control character", policy, good.decode().replace("\n7\n", "\n7\r\n", 1), unread),
    ]


def _open(line: bytes) -> tuple[str, bytes]:
    head, _, blob = line.decode().rstrip("\n").rpartition(" ")
    return head, base64.b64decode(blob)


def _close(head: str, blob: bytes) -> bytes:
    return f"{head} {base64.b64encode(blob).decode()}\n".encode()


def _damage(line: bytes) -> bytes:
    head, blob = _open(line)
    return _close(head, blob[:-40] + bytes([blob[-40] ^ 1]) + blob[-39:])


def _rename(line: bytes, name: str) -> bytes:
    return _close(f"\u2014 {name}", _open(line)[1])


def _move_time(line: bytes, seconds: int) -> bytes:
    return _set_time(line, int.from_bytes(_open(line)[1][4:12]) + seconds)


def _set_time(line: bytes, at: int) -> bytes:
    head, blob = _open(line)
    return _close(head, blob[:4] + at.to_bytes(8) + blob[12:])


def _cut(line: bytes, start: int, end: int) -> bytes:
    head, blob = _open(line)
    return _close(head, blob[:start] + blob[end:])


def _append(line: bytes) -> bytes:
    head, blob = _open(line)
    return _close(head, blob + b"\0")
