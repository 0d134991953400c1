"""A public log of invented entries, as the programme door has copied and believed it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from amanah.core.public_log.entries import Entry, encode_entry, sign_entry
from amanah.core.public_log.notes import encode_verifier_key
from amanah.programme_door.occasions.models import LoggedEntry, LogState
from amanah.web.log_evidence import EVIDENCE_FILE
from amanah.web.log_policy import KEY_FILE, find_policy_path
from amanah.web.pages import KEPT_PAGES
from amanah.web.settings import get_config
from tests.core.public_log.build import (
    BODIES,
    OCCASION,
    cosigned,
    log_key,
    make_entry,
    policy_text,
    seed,
    sign_leaves,
)
from tests.support.desk import build_client

TWO_OF_THREE = {"groups": ("group most 2 cedar olive quince",), "quorum": "most"}


@dataclass
class ReadingRoom:
    """Keeps entries and checkpoints where the pages look for them, and reads the pages."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def leaves(self) -> list[bytes]:
        """Give the bytes of every entry."""
        return [encode_entry(entry) for entry in self.entries]

    def append(self, *entries: Entry) -> None:
        """Copy entries as the clerk does."""
        for entry in entries:
            LoggedEntry.objects.create(
                position=len(self.entries),
                kind=entry.kind,
                ref=entry.ref or "",
                at=entry.at,
                entry=encode_entry(entry),
            )
            self.entries.append(entry)

    def append_heartbeats(self, times: Sequence[int]) -> None:
        """Copy signs of life, one at each time."""
        for at in times:
            body = {"entries": len(self.entries)}
            self.append(sign_entry(seed("log"), at=at, by="log", kind="heartbeat", ref=None, body=body))

    def vouch(self, times: Mapping[str, int] | None = None) -> None:
        """Sign what stands here as the log, and as these witnesses at these times."""
        note = cosigned(sign_leaves(self.leaves), times or {})
        LogState.objects.update_or_create(state=1, defaults={"note": note})

    def name_witnesses(self, *names: str, groups: Sequence[str] = (), quorum: str = "none") -> None:
        """Write the policy that this community's doors read."""
        find_policy_path(get_config()).write_text(policy_text(*names, groups=groups, quorum=quorum))

    def read(self, path: str, language: str = "en", **query: str) -> str:
        """Give a page that must be there."""
        answer = build_client().get(f"/{language}/{path}", query)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def find_status(self, path: str, **query: str) -> int:
        """Give the status of an address."""
        return build_client().get(f"/en/{path}", query).status_code

    def fill(self) -> None:
        """Copy one entry of every kind, the last one a minute ago, and sign them."""
        now = int(timezone.now().timestamp())
        kinds = list(BODIES)
        self.append(
            *(make_entry(kind, at=now - 60 * (len(kinds) - place)) for place, kind in enumerate(kinds))
        )
        self.vouch()


@contextmanager
def opened_room() -> Iterator[ReadingRoom]:
    """Give an empty log under the test log's own key; the files of the policy are put back afterwards."""
    KEPT_PAGES.pages.clear()
    policy = find_policy_path(get_config())
    key = policy.with_name(KEY_FILE)
    before = policy.read_bytes(), key.read_bytes()
    key.write_text(encode_verifier_key(log_key()) + "\n")
    room = ReadingRoom()
    room.name_witnesses()
    try:
        yield room
    finally:
        (get_config().folder("programme") / EVIDENCE_FILE).unlink(missing_ok=True)
        policy.write_bytes(before[0])
        key.write_bytes(before[1])


def change_entry(kind: str, *, at: int, ref: str | None = OCCASION, **changes: Any) -> Entry:
    """Give an entry of a kind with another subject, or something else in its body."""
    by, _, body = BODIES[kind]
    return sign_entry(seed(by), at=at, by=by, kind=kind, ref=ref, body=body | changes)
