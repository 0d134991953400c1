"""What the drill alone knows: who each member is and what each did, in true order.

It stays in memory and never meets a server's folder.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from amanah.core.passes.tokens import compute_nonce
from amanah.core.surveys.questions import Answer, Question


@dataclass(frozen=True)
class Person:
    """One simulated member: what a careless server could have written down about the person."""

    name: str
    address: str
    user_agent: str

    def tell_tales(self) -> Iterator[tuple[str, bytes]]:
        """Give each thing that would name this person, as the bytes a file would hold."""
        yield "name", self.name.encode()
        yield "address", self.address.encode()
        yield "user agent", self.user_agent.encode()


@dataclass
class Truth:
    """The ground truth of one crowd; indexes are members, lists are in true order of arrival."""

    people: Sequence[Person]
    secrets: dict[int, dict[str, bytes]] = field(default_factory=dict)
    card_keys: dict[int, bytes] = field(default_factory=dict)
    joined: list[int] = field(default_factory=list)
    registered: list[int] = field(default_factory=list)
    fetched: list[tuple[float, int]] = field(default_factory=list)
    spent: dict[str, list[tuple[float, int, bytes]]] = field(default_factory=dict)
    invitation_hashes: dict[int, bytes] = field(default_factory=dict)
    keys_seen: dict[int, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, set[tuple[int, int, int]]] = field(default_factory=dict)
    questions: dict[str, Sequence[Question]] = field(default_factory=dict)
    opinions: dict[str, dict[int, Mapping[str, Answer]]] = field(default_factory=dict)
    answered: dict[str, dict[int, frozenset[str]]] = field(default_factory=dict)

    def note_secret(self, member: int, label: str, secret: bytes) -> None:
        """Remember something that only this member's device ever held."""
        self.secrets.setdefault(member, {})[label] = secret

    def list_reporters(self, occasion: str, code: str) -> dict[int, Answer]:
        """Give what each member who sent anything to a question truly thinks about it."""
        return {
            member: self.opinions[occasion][member][code]
            for member, codes in self.answered.get(occasion, {}).items()
            if code in codes
        }

    def note_size(self, endpoint: str, sizes: tuple[int, int, int]) -> None:
        """Remember (status, request size, answer size), which anybody on the wire sees."""
        self.sizes.setdefault(endpoint, set()).add(sizes)

    def name_stream(self, occasion: str) -> str:
        """Call an occasion by its kind: reports of two drills can then be laid side by side."""
        return self.kinds.get(occasion, f"spending {occasion}")

    def list_orders(self) -> Mapping[str, Sequence[tuple[int, bytes]]]:
        """Give, for each stream of events, (member, the bytes that stand for the event in a store) in true order."""
        orders: dict[str, Sequence[tuple[int, bytes]]] = {
            "joining": [(member, self.invitation_hashes[member]) for member in self.joined],
            "registering": [(member, self.card_keys[member]) for member in self.registered],
            "registering, join tokens": [
                (member, compute_nonce(self.card_keys[member])) for member in self.registered
            ],
            "fetching": [(member, self.card_keys[member]) for _, member in sorted(self.fetched)],
        }
        for occasion, events in self.spent.items():
            orders[self.name_stream(occasion)] = [(member, nonce) for _, member, nonce in sorted(events)]
        return orders
