"""The card door over HTTP: from an invitation to verified passes, and everything that must be refused alike."""

import secrets

import pytest

from amanah.core.passes.messages import JoinRequest, encode_join_request
from amanah.core.passes.tokens import verify_token
from amanah.web.gate import REFUSAL_BODY, SUCCESS_BODY
from tests.doors.card_door.town import Device, Town, finish

pytestmark = pytest.mark.processes


def open_wave(town: Town, count: int = 3) -> tuple[str, tuple]:
    wave = town.plan_wave(count)
    return wave, town.wait_for_wave(wave)


def join_one(town: Town) -> Device:
    [invitation] = town.print_invitations(1)
    return town.join(invitation)


def test_an_invitation_becomes_a_card_and_a_card_becomes_verified_passes(town):
    device = join_one(town)
    wave, keys = open_wave(town, 5)
    body, pending = device.start_wave(wave, keys)
    answer = town.post("wave", body)
    assert answer.status_code == 200
    tokens = finish(pending, answer.content)
    for token, key in zip(tokens, keys, strict=True):
        verify_token(token, key.public_key, key.occasion.challenge_digest("commons.amanah"))


def test_the_identical_request_gets_the_identical_answer_and_another_one_is_refused(town):
    [invitation] = town.print_invitations(1)
    device = Device()
    join = device.start_join(town, invitation)
    first = town.post_until_known("join", join)
    assert first.status_code == 200
    assert town.post("join", join).content == first.content
    assert town.post("join", Device().start_join(town, invitation)).content == REFUSAL_BODY
    register = device.start_register(first.content)
    answers = {town.post("register", register).content for _ in range(2)}
    assert answers == {SUCCESS_BODY}
    other_slip = Device(seed=device.seed)
    assert town.post("register", other_slip.encode_register(device.join_token)).content == REFUSAL_BODY
    wave, keys = open_wave(town)
    body, _ = device.start_wave(wave, keys)
    served = town.post("wave", body)
    assert served.status_code == 200
    assert town.post("wave", body).content == served.content
    other, _ = device.start_wave(wave, keys)
    assert town.post("wave", other).content == REFUSAL_BODY


def test_a_revoked_card_is_refused_from_then_on(town):
    device = join_one(town)
    wave, keys = open_wave(town)
    assert town.post("wave", device.start_wave(wave, keys)[0]).status_code == 200
    assert town.post("revoke", device.slip).content == SUCCESS_BODY
    wave, keys = open_wave(town)
    assert town.post("wave", device.start_wave(wave, keys)[0]).content == REFUSAL_BODY


def test_one_join_token_registers_one_card_once_even_after_it_left(town):
    device = join_one(town)
    wave, keys = open_wave(town)
    assert town.post("wave", device.start_wave(wave, keys)[0]).status_code == 200
    assert town.post("leave", device.encode_leave()).content == SUCCESS_BODY
    assert town.post("leave", device.encode_leave()).content == SUCCESS_BODY
    assert town.post("register", device.encode_register(device.join_token)).content == REFUSAL_BODY
    assert town.post("wave", device.start_wave(wave, keys)[0]).content == REFUSAL_BODY


def test_opening_a_wave_ends_the_one_before(town):
    device = join_one(town)
    old_wave, old_keys = open_wave(town)
    late, _ = device.start_wave(old_wave, old_keys)
    new_wave, new_keys = open_wave(town)
    assert town.post("wave", late).content == REFUSAL_BODY
    assert town.post("wave", device.start_wave(new_wave, new_keys)[0]).status_code == 200


def test_a_closed_occasion_gives_zeros_and_its_counts_are_logged(town):
    devices = [join_one(town) for _ in range(2)]
    [replacement] = town.print_invitations(1, is_replacement=True)
    devices.append(town.join(replacement))
    wave, keys = open_wave(town)
    requests = [device.start_wave(wave, keys)[0] for device in devices]
    answers = [town.post("wave", body).content for body in requests]
    assert all(answer.count(bytes(256)) == 0 for answer in answers)
    closed = keys[1].occasion.occasion
    town.close_occasion(closed)
    view = town.wait_for(lambda view: view.find_entry("occasion_key_destroyed", closed) is not None)
    counts = view.find_entry("occasion_key_destroyed", closed).body
    assert counts["served"] == len(devices)
    assert counts["replacements"] >= 1
    assert counts["served"] <= counts["cards"] <= counts["invitations_used"]
    again = town.post("wave", requests[0]).content
    assert again[256:512] == bytes(256)
    assert (again[:256], again[512:]) == (answers[0][:256], answers[0][512:])


def test_everything_that_is_refused_is_refused_with_the_same_bytes(town):
    device = join_one(town)
    stranger = Device()
    wave, keys = open_wave(town)
    body, pending = device.start_wave(wave, keys)
    blinded = [one.blinded for one in pending]
    [invitation] = town.print_invitations(1)
    join = device.start_join(town, invitation)
    assert town.post_until_known("join", join).status_code == 200
    modulus = keys[0].public_key.n.to_bytes(256)
    register = device.encode_register(device.join_token)
    refused = [
        ("wave", b""),
        ("wave", body[:-1]),
        ("wave", body + b"\0"),
        ("wave", b"\0" * 40_000),
        ("wave", bytes(len(body))),
        ("wave", body[:-64] + bytes(64)),
        ("wave", body[:40] + (60).to_bytes(2) + body[42:]),
        ("wave", body[:40] + (0).to_bytes(2) + body[42:]),
        ("wave", device.encode_wave(secrets.token_hex(8), blinded)),
        ("wave", device.encode_wave(wave, blinded[:-1])),
        ("wave", device.encode_wave(wave, [*blinded, blinded[0]])),
        ("wave", device.encode_wave(wave, [modulus, *blinded[1:]])),
        ("wave", device.encode_wave(wave, [b"\xff" * 256, *blinded[1:]])),
        ("wave", stranger.start_wave(wave, keys)[0]),
        ("join", join[:-1]),
        ("join", encode_join_request(JoinRequest(secrets.token_bytes(16), blinded[0]))),
        ("join", encode_join_request(JoinRequest(invitation, b"\xff" * 256))),
        ("register", register[:-1] + bytes([register[-1] ^ 1])),
        ("register", stranger.encode_register(device.join_token)),
        ("register", register[:64] + bytes(354) + register[-64:]),
        ("register", secrets.token_bytes(482)),
        ("revoke", secrets.token_bytes(16)),
        ("revoke", b"short"),
        ("leave", device.public_key + bytes(64)),
        ("leave", secrets.token_bytes(96)),
        ("nothing-here", b""),
    ]
    for name, data in refused:
        answer = town.post(name, data)
        assert (answer.status_code, answer.content) == (409, REFUSAL_BODY), (name, len(data))
    headers = [dict(town.post(name, data).headers) for name, data in refused]
    assert all(one == headers[0] for one in headers)
    assert town.post("wave", body).status_code == 200, "a refusal must not have used anything up"


def test_an_occasion_never_gets_a_second_key(town):
    wave, keys = open_wave(town)
    town.plan_wave(2, wave=wave)
    town.publish_plan([keys[0].occasion])
    twice = keys[1].occasion
    town.publish_plan([twice, twice])
    last, _ = open_wave(town, 1)
    view = town.read_log()
    published = [occasion for entry in view.list_entries("wave_opened") for occasion, _ in entry.body["keys"]]
    assert len(published) == len(set(published))
    assert len(view.list_entries_about("wave_opened", wave)) == 1
    assert view.find_entry("wave_opened", last)
    assert len(view.list_entries("join_key_opened")) == 1
