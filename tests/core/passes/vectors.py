"""Writes our own vectors into `spec/vectors/passes` (run with `python -m`); it never touches the vectors of RFCs.

Other implementations read the files; a test compares them with what the code gives now, so a change of format is seen.
"""

import hashlib
import json
from dataclasses import replace
from typing import Any

from amanah.core.encoding import JsonValue, encode_base64url, encode_canonical_json
from amanah.core.passes.blinding import blind, encode_pss, finalize
from amanah.core.passes.cards import compute_card_seed, compute_public_key, compute_signature
from amanah.core.passes.codes import (
    CODE_CONTEXTS,
    compute_invitation_hash,
    compute_revocation_hash,
    encode_code,
    encode_code_symbols,
)
from amanah.core.passes.compact import CompactPass, encode_compact_pass, encode_compact_text
from amanah.core.passes.keys import MODULUS_BITS
from amanah.core.passes.messages import (
    NO_SIGNATURE,
    JoinRequest,
    LeaveRequest,
    RegisterRequest,
    SpendRequest,
    WaveRequest,
    compute_answer_bytes,
    encode_join_request,
    encode_leave_request,
    encode_register_request,
    encode_spend_request,
    encode_wave_request,
)
from amanah.core.passes.occasions import Occasion
from amanah.core.passes.recount import encode_recount_bundle, verify_counts, verify_recount_bundle
from amanah.core.passes.rooms import compute_room_code, compute_screen_slot
from amanah.core.passes.tokens import compute_nonce, compute_token_input, encode_token
from tests.core.passes.material import (
    JOIN,
    SESSION,
    SURVEY,
    VECTORS,
    fill,
    make_survey_bundle,
    make_token,
    open_issuer,
)

Vectors = dict[str, Any]
CARD_SECRET = fill("card secret", 16)
CARD_SEED = compute_card_seed(CARD_SECRET)
CARD_KEY = compute_public_key(CARD_SEED)
SLIP = fill("revocation slip", 16)
ONE_TIME_SEED = fill("one-time seed", 32)
ONE_TIME_KEY = compute_public_key(ONE_TIME_SEED)
WAVE = "89abcdef01234567"


def build_codes() -> Vectors:
    """Codes in every context, spellings that a reader accepts, and texts that it refuses."""
    secret = fill("code", 16)
    code = encode_code(bytes(16), "invitation")
    flipped = code[:-1] + ("0" if code[-1] != "0" else "1")
    look_alike = encode_code(bytes.fromhex("0842108421084210842108421084210f"), "card")
    return {
        "codes": [
            {
                "code": encode_code(value, context),
                "context": context,
                "secret": value.hex(),
                "symbols": encode_code_symbols(value, context),
            }
            for value in (bytes(16), b"\xff" * 16, secret)
            for context in CODE_CONTEXTS
        ],
        "accepted": [
            {"context": "invitation", "secret": bytes(16).hex(), "text": text}
            for text in (
                code.lower(),
                code.replace("0", "O"),
                code.replace("0", "o"),
                code.replace("-", " "),
                code.replace("-", ""),
                code.replace("-", "\u2013"),
                code.replace("-", "\u2212"),
                code.replace("-", "\u00a0"),
                f"\u200f{code}\u200e\r\n",
                "\t" + "\u00ad".join(code),
            )
        ]
        + [
            {
                "context": "card",
                "secret": "0842108421084210842108421084210f",
                "text": look_alike.replace("1", mark),
            }
            for mark in "1IiLl"
        ],
        "refused": [
            {"context": "invitation", "text": text}
            for text in (
                "",
                code[:-1],
                code + "0",
                flipped,
                encode_code(bytes(16), "card"),
                code.replace("0", "U", 1),
                code.replace("0", "\u0660", 1),
                look_alike.replace("1", "\u0131"),
                code.replace("-", "_"),
            )
        ],
        "hashes": {
            "invitation": {"hash": compute_invitation_hash(secret).hex(), "secret": secret.hex()},
            "revocation": {"hash": compute_revocation_hash(secret).hex(), "slip": secret.hex()},
        },
    }


def build_occasions() -> Vectors:
    """Descriptors with every digest that follows from them."""
    return {
        "occasions": [
            {
                "challenge": occasion.challenge(occasion.issuer_name).hex(),
                "challenge_digest": occasion.challenge_digest(occasion.issuer_name).hex(),
                "descriptor": occasion.descriptor(),
                "descriptor_bytes": occasion.descriptor_bytes().decode(),
                "hash": occasion.hash().hex(),
                "issuer_name": occasion.issuer_name,
            }
            for occasion in (JOIN, SESSION, SURVEY)
        ],
        "refused": [SURVEY.descriptor() | change for change in REFUSED_CHANGES]
        + [{name: value for name, value in SURVEY.descriptor().items() if name != "programme"}],
    }


REFUSED_CHANGES: tuple[dict[str, Any], ...] = (
    {"v": 2},
    {"v": True},
    {"kind": "vote"},
    {"kind": "join"},
    {"programme": None},
    {"programme": "Evening"},
    {"programme": "a--b"},
    {"community": "a" * 65},
    {"community": ""},
    {"occasion": "A1B2C3D4E5F60718"},
    {"occasion": "a1b2c3d4e5f6071"},
    {"occasion": 7},
    {"opens_at": -1},
    {"opens_at": True},
    {"opens_at": "1763910000"},
    {"opens_at": SURVEY.closes_at},
    {"closes_at": 2**53},
    {"title": "free text"},
)


def build_rooms() -> Vectors:
    """Room codes and when a gate accepts them."""
    secret = fill("room", 16)
    now = 1_763_900_130
    slots = ("poster", "scanner", compute_screen_slot(now))
    return {
        "secret": secret.hex(),
        "now": now,
        "codes": [{"code": compute_room_code(secret, slot), "slot": slot} for slot in slots],
        "accepted": [
            compute_room_code(secret, slot)
            for slot in ("poster", "scanner", *(compute_screen_slot(now - 60 * age) for age in range(3)))
        ],
        "refused": [compute_room_code(secret, compute_screen_slot(now - 60 * age)) for age in (-1, 3)]
        + [compute_room_code(fill("another room", 16), "poster"), "", "00000000"],
    }


def build_cards() -> Vectors:
    """A card from its secret, and its revocation slip."""
    return {
        "code": encode_code(CARD_SECRET, "card"),
        "public_key": CARD_KEY.hex(),
        "revocation_hash": compute_revocation_hash(SLIP).hex(),
        "secret": CARD_SECRET.hex(),
        "seed": CARD_SEED.hex(),
        "slip": SLIP.hex(),
    }


def build_passes() -> Vectors:
    """Whole passes with their salt and r, and the compact forms of each."""
    return {
        "passes": [_build_pass(place, occasion) for place, occasion in ((0, JOIN), (2, SESSION), (1, SURVEY))]
    }


def _build_pass(place: int, occasion: Occasion) -> Vectors:
    issuer = open_issuer(place)
    salt, r = fill(f"{occasion.kind} salt", 48), int.from_bytes(fill(f"{occasion.kind} r", 255))
    digest = occasion.challenge_digest(occasion.issuer_name)
    token_input = compute_token_input(compute_nonce(ONE_TIME_KEY), digest, issuer.public_key.token_key_id)
    pending = blind(issuer.public_key, token_input, salt=salt, r=r)
    signature = issuer.sign_blinded(pending.blinded)
    token = finalize(pending, signature)
    compact = (
        CompactPass(1, occasion.occasion, ONE_TIME_KEY, token.authenticator),
        CompactPass(2, occasion.occasion, ONE_TIME_SEED, token.authenticator),
    )
    return {
        "blind_signature": signature.hex(),
        "blinded": pending.blinded.hex(),
        "compact": [{"bytes": encode_compact_pass(c).hex(), "text": encode_compact_text(c)} for c in compact],
        "descriptor": occasion.descriptor(),
        "encoded": encode_pss(token_input, salt, MODULUS_BITS).hex(),
        "inverse": pending.inverse.to_bytes(256).hex(),
        "nonce": token.nonce.hex(),
        "one_time_public_key": ONE_TIME_KEY.hex(),
        "one_time_seed": ONE_TIME_SEED.hex(),
        "r": r.to_bytes(256).hex(),
        "salt": salt.hex(),
        "spki": issuer.public_key.spki.hex(),
        "token": encode_token(token).hex(),
        "token_input": token_input.hex(),
    }


def build_messages() -> Vectors:
    """One body of every kind that a device sends."""
    join = JoinRequest(fill("invitation", 16), fill("blinded", 256))
    register = RegisterRequest(
        CARD_KEY, compute_revocation_hash(SLIP), make_token(0, JOIN, CARD_KEY), NO_SIGNATURE
    )
    leave = LeaveRequest(CARD_KEY, NO_SIGNATURE)
    wave = WaveRequest(WAVE, CARD_KEY, (fill("first", 256), fill("second", 256)), NO_SIGNATURE)
    vectors: Vectors = {
        "join": {
            "blinded": join.blinded.hex(),
            "body": encode_join_request(join).hex(),
            "secret": join.secret.hex(),
        },
        "revoke": {"body": SLIP.hex(), "slip": SLIP.hex()},
        "card_seed": CARD_SEED.hex(),
        "spend_presence": _build_presence(),
        "spend_answer": _build_answer(),
    }
    signers: dict[str, RegisterRequest | LeaveRequest | WaveRequest] = {
        "register": register,
        "leave": leave,
        "wave": wave,
    }
    signed = {name: compute_signature(CARD_SEED, request.signed_bytes()) for name, request in signers.items()}
    bodies = {
        "register": encode_register_request(replace(register, signature=signed["register"])),
        "leave": encode_leave_request(replace(leave, signature=signed["leave"])),
        "wave": encode_wave_request(replace(wave, signature=signed["wave"])),
    }
    for name, request in signers.items():
        vectors[name] = {
            "body": bodies[name].hex(),
            "body_hash": hashlib.sha256(bodies[name]).hexdigest(),
            "public_key": CARD_KEY.hex(),
            "signature": signed[name].hex(),
            "signed_bytes": request.signed_bytes().hex(),
        }
    vectors["register"] |= {
        "revocation_hash": register.revocation_hash.hex(),
        "token": encode_token(register.token).hex(),
    }
    vectors["wave"] |= {"blinded": [message.hex() for message in wave.blinded], "wave": WAVE}
    return vectors


def _build_presence() -> Vectors:
    token = make_token(2, SESSION, ONE_TIME_KEY)
    code = compute_room_code(fill("room", 16), "poster")
    request = SpendRequest(token, ONE_TIME_KEY, NO_SIGNATURE, code.encode())
    return {
        "body": encode_spend_request(request).hex(),
        "payload": code,
        "public_key": ONE_TIME_KEY.hex(),
        "room_secret": fill("room", 16).hex(),
        "token": encode_token(token).hex(),
    }


def _build_answer() -> Vectors:
    token = make_token(1, SURVEY, ONE_TIME_KEY)
    answers: JsonValue = {"how-often": 3, "safe-here": "yes", "topics": ["faith", "work"]}
    payload = encode_canonical_json({"answers": answers, "occasion": SURVEY.occasion, "v": 1})
    signed = compute_answer_bytes(SURVEY.hash(), payload)
    signature = compute_signature(ONE_TIME_SEED, signed)
    return {
        "body": encode_spend_request(SpendRequest(token, ONE_TIME_KEY, signature, payload)).hex(),
        "occasion_hash": SURVEY.hash().hex(),
        "one_time_seed": ONE_TIME_SEED.hex(),
        "payload": payload.decode(),
        "public_key": ONE_TIME_KEY.hex(),
        "signature": signature.hex(),
        "signed_bytes": signed.hex(),
        "token": encode_token(token).hex(),
    }


def build_recount() -> Vectors:
    """A small recount bundle, the log entries it is held against, and what both come to."""
    bundle = make_survey_bundle()
    data = encode_recount_bundle(bundle)
    entries = build_entries(data)
    counts = verify_counts(bundle, data, entries)
    return {
        "bundle": data.decode(),
        "bundle_sha256": hashlib.sha256(data).hexdigest(),
        "counts": vars(counts),
        "entries": entries,
        "result": {
            question: {str(choice): number for choice, number in sorted(choices.items(), key=str)}
            for question, choices in sorted(verify_recount_bundle(bundle).counts.items())
        },
    }


def build_entries(data: bytes) -> list[Vectors]:
    """Log entries that fit the bundle, without `at`, `by`, `sig` and `v`."""
    keys = {
        occasion: encode_base64url(open_issuer(place).public_key.spki)
        for place, occasion in ((0, JOIN), (1, SURVEY), (2, SESSION))
    }
    hashes = sorted(
        encode_base64url(compute_invitation_hash(fill(f"invitation {place}", 16))) for place in range(6)
    )
    survey = SURVEY.occasion
    return [
        {
            "body": {"descriptor": JOIN.descriptor(), "spki": keys[JOIN]},
            "kind": "join_key_opened",
            "ref": JOIN.occasion,
        },
        {
            "body": {"hashes": hashes, "medium": "sheet", "replacement": False},
            "kind": "invitations_printed",
            "ref": "1" * 16,
        },
        {
            "body": {
                "fetch_from": 1_763_800_000,
                "fetch_until": 1_763_890_000,
                "minimum_age": 86_400,
                "occasions": [SESSION.descriptor(), SURVEY.descriptor()],
            },
            "kind": "wave_planned",
            "ref": WAVE,
        },
        {
            "body": {"keys": [[SESSION.occasion, keys[SESSION]], [survey, keys[SURVEY]]]},
            "kind": "wave_opened",
            "ref": WAVE,
        },
        {
            "body": {"bundle": hashlib.sha256(data).hexdigest(), "redeemed": 3},
            "kind": "occasion_closed",
            "ref": survey,
        },
        {
            "body": {"cards": 5, "invitations_used": 5, "replacements": 1, "served": 4},
            "kind": "occasion_key_destroyed",
            "ref": survey,
        },
    ]


BUILDERS = {
    "cards": build_cards,
    "codes": build_codes,
    "messages": build_messages,
    "occasions": build_occasions,
    "passes": build_passes,
    "recount": build_recount,
    "rooms": build_rooms,
}


def encode_vectors(vectors: Vectors) -> str:
    """Give a vector file's text."""
    return json.dumps(vectors, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    for name, build in BUILDERS.items():
        (VECTORS / f"{name}.json").write_text(encode_vectors(build()), encoding="ascii")
