"""Closing an occasion (`spec/passes.md` 9.1, 9.3): publish the recount, record it, then forget the rows.

Every step may be cut off by a crash: each is done again from the start until it holds, and gives the same bytes.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from amanah.core.passes.keys import parse_public_key
from amanah.core.passes.recount import RecountBundle, SpentAnswer, SpentPass, encode_in_parts
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.core.public_log.schemas import PROGRAMME_DOOR
from amanah.programme_door.occasions.ledger import OccasionLedger, UnclosedOccasion
from amanah.programme_door.spending.store import SpentRow, Store, iterate_spent, list_occasions_held
from amanah.web.durable import UNFINISHED, write_durably


@dataclass(frozen=True)
class Publication:
    """What every bundle says about its log, where bundles lie, and the seed that signs for the door."""

    folder: Path
    log_origin: str
    log_vkey: str
    seed: bytes


class Closing:
    """Closes occasions one after the other; it must be told only of occasions that nothing is queued for any more."""

    def __init__(self, store: Store, url: str, ledger: OccasionLedger, publication: Publication) -> None:
        self._store = store
        self._url = url
        self._ledger = ledger
        self._publication = publication

    async def close(self, closing: UnclosedOccasion, now: int) -> None:
        """Write the bundle, record it with its hash, and destroy what is now public."""
        await self._store.drain()
        name = closing.occasion.occasion
        # Another thread: a large occasion takes a while to encode, and other occasions go on.
        redeemed, digest = await asyncio.to_thread(self._write_bundle, closing)
        entry = sign_entry(
            self._publication.seed,
            at=now,
            by=PROGRAMME_DOOR,
            kind="occasion_closed",
            ref=name,
            body={"bundle": digest, "redeemed": redeemed},
        )
        self._ledger.record_closed(name, redeemed=redeemed, bundle_sha256=digest, entry=encode_entry(entry))
        await self._store.destroy_spent([bytes.fromhex(name)])

    async def finish_interrupted(self) -> None:
        """Destroy the rows of occasions that were recorded as closed before a crash, and unfinished files."""
        for path in self._publication.folder.glob(f"*{UNFINISHED}"):
            path.unlink()
        closed = self._ledger.list_closed()
        left = [occasion for occasion in list_occasions_held(self._url) if occasion in closed]
        if left:
            await self._store.destroy_spent(left)

    def _write_bundle(self, closing: UnclosedOccasion) -> tuple[int, str]:
        """Write the recount row by row: a national survey fits in no memory; give how many rows, and the hash."""
        counted = _Counted(iterate_spent(self._url, bytes.fromhex(closing.occasion.occasion)))
        digest = hashlib.sha256()

        def list_parts() -> Iterator[bytes]:
            for part in self._encode_bundle(closing, counted):
                digest.update(part)
                yield part

        write_durably(self._publication.folder / f"{closing.occasion.occasion}.json", list_parts())
        return counted.count, digest.hexdigest()

    def _encode_bundle(self, closing: UnclosedOccasion, rows: Iterable[SpentRow]) -> Iterator[bytes]:
        is_survey = closing.occasion.kind == "survey"
        frame = RecountBundle(
            occasion=closing.occasion,
            public_key=parse_public_key(closing.spki),
            log_origin=self._publication.log_origin,
            log_vkey=self._publication.log_vkey,
            spent=(),
        )
        spent = (
            SpentPass(
                row.nonce,
                row.authenticator,
                SpentAnswer(row.payload, row.public_key, row.signature) if is_survey else None,
            )
            for row in rows
        )
        return encode_in_parts(frame, spent)


class _Counted:
    """Rows that are counted as they go by."""

    def __init__(self, rows: Iterable[SpentRow]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[SpentRow]:
        for row in self._rows:
            self.count += 1
            yield row
