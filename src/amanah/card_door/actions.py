"""What the card door does for a card: load, let core decide, write. The caller holds the one transaction.

It never tells one refusal from another, and never stores when something happened.
"""

from amanah.card_door.store import Store
from amanah.core.passes.codes import compute_invitation_hash, compute_revocation_hash
from amanah.core.passes.decisions import (
    HeldCard,
    IssuingWave,
    JoinOutcome,
    LeaveOutcome,
    RegisterOutcome,
    WaveOutcome,
    decide_join,
    decide_leave,
    decide_register,
    decide_wave,
)
from amanah.core.passes.messages import (
    JoinRequest,
    LeaveRequest,
    RegisterRequest,
    RevokeRequest,
    WaveRequest,
)
from amanah.core.passes.tokens import TokenVerifier


def issue_join_token(store: Store, request: JoinRequest, request_hash: bytes) -> bool:
    """Use up an invitation (`spec/passes.md` 3.4); True when the blinded token may be signed."""
    invitation = compute_invitation_hash(request.secret)
    held = store.find_invitation(invitation)
    outcome = decide_join(
        is_known=held is not None,
        used_by=held.request_hash if held else None,
        request_hash=request_hash,
    )
    if outcome is JoinOutcome.ISSUE:
        store.record_join(invitation, request_hash)
    return outcome in {JoinOutcome.ISSUE, JoinOutcome.REPEAT}


def register_card(store: Store, request: RegisterRequest, verifier: TokenVerifier) -> bool:
    """Store a new card (4.5); True when it is stored now or was before."""
    card = store.find_card(request.public_key)
    outcome = decide_register(
        request,
        verifier,
        held_revocation_hash=card.revocation_hash if card else None,
        is_withdrawn=card is None and store.is_join_token_used(request.token.nonce),
    )
    if outcome is RegisterOutcome.STORE:
        store.register_card(
            public_key=request.public_key,
            revocation_hash=request.revocation_hash,
            nonce=request.token.nonce,
        )
    return outcome in {RegisterOutcome.STORE, RegisterOutcome.REPEAT}


def issue_wave(store: Store, request: WaveRequest, request_hash: bytes, occasion_count: int) -> bool:
    """Mark a card as served for a wave and count it (6.6); True when its messages may be signed."""
    wave = bytes.fromhex(request.wave)
    stored = store.find_wave(wave)
    card = store.find_card(request.public_key)
    held = HeldCard(card.last_wave.hex() if card.last_wave else None, card.request_hash) if card else None
    issuing = IssuingWave(request.wave, occasion_count) if stored and stored.is_open else None
    outcome = decide_wave(request, card=held, issuing=issuing, request_hash=request_hash)
    if outcome is WaveOutcome.ISSUE:
        store.record_wave_fetched(public_key=request.public_key, wave=wave, request_hash=request_hash)
    return outcome in {WaveOutcome.ISSUE, WaveOutcome.REPEAT}


def revoke_card(store: Store, request: RevokeRequest) -> bool:
    """Delete the card that a slip belongs to (4.6); True when there was one."""
    return store.revoke_card(compute_revocation_hash(request.slip))


def leave(store: Store, request: LeaveRequest) -> bool:
    """Delete a card at its own word (4.7).

    True also when it has gone already, so that a lost answer can be asked for again.
    """
    if decide_leave(request) is not LeaveOutcome.DELETE:
        return False
    store.leave(request.public_key)
    return True
