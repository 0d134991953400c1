"""The built client in Node against the real log, the real card door and core, both ways; only Node may be missing."""

import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest

from amanah.core.encoding import encode_canonical_json
from amanah.core.passes.cards import compute_card_seed, compute_public_key
from amanah.core.passes.codes import CODE_CONTEXTS, encode_code, parse_code
from amanah.core.passes.compact import CompactPass, encode_compact_text, parse_compact_text
from amanah.core.passes.decisions import SpendableOccasion, SpendOutcome, decide_spend
from amanah.core.passes.messages import parse_spend_request
from amanah.core.passes.occasions import Occasion
from amanah.core.passes.rooms import POSTER, SCANNER, compute_room_code
from amanah.core.passes.tokens import TokenVerifier, compute_nonce, encode_token, parse_token
from amanah.web.facts import build_facts
from tests.core.passes.material import SESSION, fill, make_token, open_issuer
from tests.doors.card_door.town import Town, start_town
from tests.interop.client_agent import Agent, started_agent

pytestmark = pytest.mark.processes

ROOM_SECRET = fill("room", 16)
WAVE_SIZE = 20


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    with started_agent() as agent:
        yield agent


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    town = start_town(tmp_path_factory.mktemp("client-town"))
    yield town
    town.close()


def build_client_facts(town: Town) -> dict[str, Any]:
    """Give what a page would hand the client, with no time to wait before registering."""
    return build_facts(town.running.config) | {"register_window": 0}


def join(town: Town, agent: Agent) -> dict[str, Any]:
    town.wait_for_join_key()
    [secret] = town.print_invitations(1)
    joined: dict[str, Any] = agent.ask(
        "join", facts=build_client_facts(town), invitation=encode_code(secret, "invitation")
    )
    assert joined["step"] == "member"
    return joined


def plan_occasions(count: int) -> list[Occasion]:
    now = int(time.time())
    return [
        Occasion(
            secrets.token_hex(8), "survey" if place % 2 else "session", "commons", "circle", now, now + 900
        )
        for place in range(count)
    ]


def test_node_is_told_apart_from_a_browser_that_cannot_hold_a_card(agent):
    # Node has every key algorithm but no IndexedDB, so a page would have to say so in words.
    assert agent.ask("fit") is False


def test_a_device_and_the_doors_make_twenty_passes_that_core_verifies_and_accepts(agent, town):
    joined = join(town, agent)
    card = compute_public_key(compute_card_seed(parse_code(joined["shown"]["backup"], "card")))
    assert joined["publicKey"] == card.hex()
    occasions = plan_occasions(WAVE_SIZE)
    keys = town.wait_for_wave(town.publish_plan(occasions))
    fetched = agent.ask("fetch")
    assert fetched["hindrance"] is None
    passes = {one["occasion"]: one for one in fetched["passes"]}
    # Tests run in any order, and a wave that another one planned is the card's too.
    assert {occasion.occasion for occasion in occasions} <= set(passes)
    for key in keys:
        occasion = key.occasion
        verifier = TokenVerifier(key.public_key, occasion.challenge_digest("commons.amanah"))
        token = parse_token(bytes.fromhex(passes[occasion.occasion]["token"]))
        verifier.verify(token)
        one_time_key = compute_public_key(bytes.fromhex(passes[occasion.occasion]["seed"]))
        assert token.nonce == compute_nonce(one_time_key)
        assert decide(agent, occasion, verifier) is SpendOutcome.ACCEPT
        assert_compact_passes_agree(agent, occasion, encode_token(token), one_time_key)


def decide(agent: Agent, occasion: Occasion, verifier: TokenVerifier) -> SpendOutcome:
    """Let core decide what the client would send to the spending gate."""
    if occasion.kind == "session":
        body = agent.ask("presence", occasion=occasion.occasion, code=compute_room_code(ROOM_SECRET, POSTER))
    else:
        answers = {"q1": "yes", "q2": ["b", "a"], "q3": -7}
        body = agent.ask("answer", occasion=occasion.occasion, answers=answers)
        payload = encode_canonical_json({"answers": answers, "occasion": occasion.occasion, "v": 1})
        assert parse_spend_request(bytes.fromhex(body)).payload == payload
    spendable = SpendableOccasion(occasion, verifier, ROOM_SECRET)
    return decide_spend(parse_spend_request(bytes.fromhex(body)), spendable, occasion.opens_at + 1)


def assert_compact_passes_agree(agent: Agent, occasion: Occasion, token: bytes, one_time_key: bytes) -> None:
    """Read with core what the client shows and prints."""
    texts = agent.ask("show", occasion=occasion.occasion)
    whole = parse_token(token)
    for text in (texts["shown"], texts["paper"]):
        compact = parse_compact_text(text)
        assert compact.occasion == occasion.occasion
        assert compact.public_key == one_time_key
        assert compact.as_token(whole.challenge_digest, whole.token_key_id) == whole


def test_a_card_restored_from_its_code_is_the_same_card_and_may_leave(agent, town):
    joined = join(town, agent)
    restored = agent.ask("restore", facts=build_client_facts(town), backup=joined["shown"]["backup"])
    assert restored["publicKey"] == joined["publicKey"]
    assert agent.ask("leave") == "done"
    town.wait_for_wave(town.publish_plan(plan_occasions(1)))
    agent.ask("restore", facts=build_client_facts(town), backup=joined["shown"]["backup"])
    assert agent.ask("fetch") == {"hindrance": "refused", "passes": []}


def test_device_and_core_read_the_same_log(agent, town):
    wave = town.publish_plan(plan_occasions(1))
    view = town.wait_for(lambda view: view.find_entry("wave_opened", wave) is not None)
    read = agent.ask("kinds", facts=build_client_facts(town))
    assert read["kinds"][: len(view.entries)] == [entry.kind for entry in view.entries]
    assert read["wave"] == wave


def test_a_pass_made_by_core_is_scanned_by_the_client_and_accepted_by_core(agent):
    seed = fill("scanned seed", 32)
    token = make_token(2, SESSION, compute_public_key(seed), "scanned")
    code = compute_room_code(ROOM_SECRET, SCANNER)
    key = open_issuer(2).public_key
    verifier = TokenVerifier(key, SESSION.challenge_digest(SESSION.issuer_name))
    for version, x in ((1, compute_public_key(seed)), (2, seed)):
        text = encode_compact_text(
            CompactPass(1 if version == 1 else 2, SESSION.occasion, x, token.authenticator)
        )
        facts = {"descriptor": SESSION.descriptor(), "spki": key.spki.hex(), "code": code}
        request = parse_spend_request(bytes.fromhex(agent.ask("scan", text=text, **facts)))
        spendable = SpendableOccasion(SESSION, verifier, ROOM_SECRET)
        assert decide_spend(request, spendable, SESSION.opens_at) is SpendOutcome.ACCEPT
        forged = encode_compact_text(CompactPass(2, SESSION.occasion, fill("x", 32), token.authenticator))
        assert agent.ask("scan", text=forged, **facts) is None


@pytest.mark.parametrize("context", CODE_CONTEXTS)
def test_codes_mean_the_same_secret_on_both_sides(agent, context):
    for place in range(50):
        secret = fill(f"{context} {place}", 16)
        text = encode_code(secret, context)
        assert agent.ask("code", context=context, text=text.lower()) == {"secret": secret.hex(), "text": text}
        other = next(other for other in CODE_CONTEXTS if other != context)
        assert agent.try_to_ask("code", context=other, text=text) == {"error": "not-a-code"}
