"""What the card door does about the public log: it takes in invitations, draws keys for waves, and destroys keys.

Every step may be cut off at any moment and done again: keys are stored in the same transaction as the entry that
publishes them, and the entry about a destroyed key is written only after no file of the database holds that key.
It never draws a second key for an occasion.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping

from amanah.card_door.signing import Signing
from amanah.card_door.store import Counts, Store, StoredKey
from amanah.core.encoding import JsonValue, encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.core.passes.occasions import Occasion, parse_descriptor
from amanah.core.public_log.entries import Entry, sign_entry
from amanah.core.public_log.reading import LogView
from amanah.core.public_log.schemas import CARD_DOOR
from amanah.web.outbox import append_entry_raw

logger = logging.getLogger("amanah.card_door")
# Joining goes on for as long as the community does; a new join key would need a new version of the protocol.
_JOIN_LASTS = 50 * 365 * 86_400
_RETRY_SECONDS = 1.0

Step = Callable[[Entry, LogView], Awaitable[None]]


class CardClerk:
    """Acts on verified entries of the log, in their order, on the gate's own event loop."""

    def __init__(self, store: Store, signing: Signing, *, community: str, seed: bytes) -> None:
        self._store = store
        self._signing = signing
        self._community = community
        self._seed = seed
        self._size = 0
        self._steps: Mapping[str, Step] = {
            "invitations_printed": self._record_invitations,
            "wave_planned": self._open_wave,
            "occasion_closed": self._destroy_key,
        }

    def load_keys(self) -> None:
        """Take the keys that issue now into memory, as at every start."""
        join = self._store.find_join_key()
        if join is not None:
            self._signing.open_join(join)
        wave = self._store.find_open_wave()
        if wave is not None:
            self._signing.open_wave(wave.wave, self._store.list_keys(wave.wave))

    def append_entry(self, kind: str, ref: str | None, body: Mapping[str, JsonValue]) -> None:
        """Sign an entry and put it in the outbox; the caller holds the transaction."""
        entry = sign_entry(self._seed, at=int(time.time()), by=CARD_DOOR, kind=kind, ref=ref, body=body)
        append_entry_raw(self._store.database, entry)

    async def on_new_entries(self, view: LogView) -> None:
        """Do what the entries since the last call ask for; after a restart, look at all of them again."""
        await self._open_join_key(view)
        for entry in view.entries[self._size :]:
            step = self._steps.get(entry.kind)
            if step is not None:
                await step(entry, view)
            self._size += 1

    async def _open_join_key(self, view: LogView) -> None:
        if self._store.find_join_key() is not None:
            return
        if view.list_entries("join_key_opened"):
            # A second key would let the door tell two groups of members apart; only the backup can help.
            logger.error(
                "The public log names a join key that this database does not hold; restore the card door's backup."
            )
            return
        now = int(time.time())
        occasion = Occasion(secrets.token_hex(8), "join", self._community, None, now, now + _JOIN_LASTS)
        [key] = await self._signing.draw_keys([occasion], wave=None)
        with self._store.database.transaction():
            self._store.record_keys([key])
            self.append_entry(
                "join_key_opened",
                occasion.occasion,
                {"descriptor": occasion.descriptor(), "spki": encode_base64url(key.spki)},
            )
        self._signing.open_join(key)

    async def _record_invitations(self, entry: Entry, _view: LogView) -> None:
        hashes = [parse_base64url(value, length=32) for value in entry.body["hashes"]]
        with self._store.database.transaction():
            self._store.record_invitations(hashes, is_replacement=entry.body["replacement"])

    async def _open_wave(self, entry: Entry, view: LogView) -> None:
        wave = bytes.fromhex(entry.ref or "")
        if self._store.find_wave(wave) is not None:
            return
        if view.find_entry("wave_opened", wave.hex()) is not None:
            logger.error(
                "The public log names keys of a wave that this database does not hold; restore the card door's backup."
            )
            return
        occasions = self._read_plan(entry)
        if occasions is None:
            logger.error(
                "The plan of a wave was left alone: it names an occasion twice, or one that is not ours."
            )
            return
        keys = await self._signing.draw_keys(occasions, wave)
        with self._store.database.transaction():
            self._store.open_wave(wave)
            self._store.record_keys(keys)
            self.append_entry(
                "wave_opened",
                wave.hex(),
                {"keys": [[key.occasion.hex(), encode_base64url(key.spki)] for key in keys]},
            )
        self._signing.open_wave(wave, keys)
        await self._rewrite(self._store.rewrite_members)

    def _read_plan(self, entry: Entry) -> list[Occasion] | None:
        """Give the occasions of a plan; None where keys for it would break the rule of one key per occasion."""
        try:
            occasions = [parse_descriptor(value) for value in entry.body["occasions"]]
        except InvalidInputError:
            return None
        ids = {occasion.occasion for occasion in occasions}
        is_ours = all(
            occasion.kind != "join"
            and occasion.community == self._community
            and self._store.find_key(bytes.fromhex(occasion.occasion)) is None
            for occasion in occasions
        )
        return occasions if occasions and is_ours and len(ids) == len(occasions) else None

    async def _destroy_key(self, entry: Entry, view: LogView) -> None:
        key = self._store.find_key(bytes.fromhex(entry.ref or ""))
        # The join key is no occasion of the programme door's, which therefore cannot have it destroyed.
        if key is None or key.wave is None or key.is_destruction_logged:
            return
        self._signing.destroy_key(key.occasion)
        with self._store.database.transaction():
            self._store.destroy_key(key.occasion)
            counts = self._store.count_for_log(key.wave)
        await self._rewrite(self._store.rewrite_keys)
        is_already_told = view.find_entry("occasion_key_destroyed", key.occasion.hex()) is not None
        with self._store.database.transaction():
            self._store.record_destruction_logged(key.occasion)
            if not is_already_told:
                self._append_destruction(key, counts)

    def _append_destruction(self, key: StoredKey, counts: Counts) -> None:
        body: dict[str, JsonValue] = {
            "cards": counts.cards,
            "invitations_used": counts.invitations_used,
            "replacements": counts.replacements,
            "served": counts.served,
        }
        self.append_entry("occasion_key_destroyed", key.occasion.hex(), body)

    async def _rewrite(self, rewrite: Callable[[], bool]) -> None:
        """Rewrite until it is done: a reader such as a backup can hold SQLite's log open for a moment."""
        while not rewrite():
            await asyncio.sleep(_RETRY_SECONDS)
