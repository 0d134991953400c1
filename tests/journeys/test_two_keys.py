"""A card door that publishes a second key for an occasion is caught by the member's own device."""

import json
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from amanah.core.encoding import encode_base64url
from amanah.core.passes.keys import encode_public_key
from amanah.core.public_log.entries import encode_entry, sign_entry
from amanah.core.public_log.notes import parse_verifier_key
from amanah.core.public_log.policies import Policy
from amanah.verify.sources import read_log
from tests.journeys.people import SESSION, Member, Organiser, Town
from tests.support.spending import make_key

pytestmark = pytest.mark.browser


def test_a_second_key_for_an_occasion_is_refused_with_evidence(organiser: Organiser) -> None:
    town = organiser.town
    (code,) = organiser.draw(1)
    member = Member(town)
    member.join(code)
    occasion = town.list_occasions(member.page)[SESSION]
    publish_second_key(town, occasion)
    waves = [address for address in town.requests if address.endswith("/wave")]

    member.open("/en/card/")
    expect(member.page.get_by_text("An occasion has more than one key.")).to_be_visible()
    assert [address for address in town.requests if address.endswith("/wave")] == waves
    with member.page.expect_download() as saved:
        member.page.get_by_role("button", name="Save the evidence").click()
    evidence = json.loads(saved.value.path().read_text())
    assert evidence["checkpoint"].startswith(town.running.config.log_origin)
    named = [entry for entry in evidence["entries"] if occasion in json.dumps(entry)]
    assert len(named) >= 2


def publish_second_key(town: Town, occasion: str) -> None:
    """Open the wave once more with another key for one occasion, signed as the card door signs."""
    config = town.running.config
    key = parse_verifier_key((config.data / "public" / "log.vkey").read_text())
    opened = next(
        entry for entry in read_log(config.urls["log"], Policy(key)).entries if entry.kind == "wave_opened"
    )
    second = encode_base64url(encode_public_key(make_key().public_key().public_numbers().n))
    pairs: list[list[str]] = json.loads(json.dumps(opened.body["keys"]))
    entry = sign_entry(
        (config.keys("card") / "entry-signing.key").read_bytes(),
        at=int(time.time()),
        by="card-door",
        kind="wave_opened",
        ref=opened.ref,
        body={**opened.body, "keys": [[name, second if name == occasion else spki] for name, spki in pairs]},
    )
    address = f"{config.urls['log']}/api/v1/entries"
    request = urllib.request.Request(address, data=encode_entry(entry), method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        index = json.loads(answer.read())["index"]
    for _ in range(50):
        if read_log(config.urls["log"], Policy(key)).size > index:
            return
        time.sleep(0.2)
    raise AssertionError("The entry was not published in time.")
