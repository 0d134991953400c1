"""Hashes of printed invitations go to the public log and nowhere else; codes never come here."""

import hashlib
import json
import secrets

import pytest

from amanah.core.encoding import encode_base64url
from amanah.core.public_log.entries import parse_entry
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.programmes.actions import (
    MOST_IN_A_BATCH,
    InvitationsRefusedError,
    print_invitations,
)
from amanah.programme_door.programmes.models import InvitationBatch
from tests.support.desk import DATABASES, build_client, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


def make_hashes(count):
    return sorted(encode_base64url(hashlib.sha256(secrets.token_bytes(16)).digest()) for _ in range(count))


def send(client, **changed):
    body = {"hashes": make_hashes(3), "medium": "sheet", "replacement": False} | changed
    return client.post("/desk/invitations/", json.dumps(body), content_type="application/json"), body


def test_a_batch_becomes_one_signed_entry_and_one_count():
    client = build_signed_in_client()
    answer, body = send(client)
    batch = InvitationBatch.objects.get()
    assert answer.json() == {"batch": batch.batch}
    assert (batch.printed, batch.medium, batch.is_replacement) == (3, "sheet", False)
    entry = parse_entry(bytes(OutboxEntry.objects.get().entry))
    assert (entry.kind, entry.by, entry.ref) == ("invitations_printed", "programme-door", batch.batch)
    assert entry.body == {"hashes": body["hashes"], "medium": "sheet", "replacement": False}
    columns = {field.name for field in InvitationBatch._meta.get_fields()}
    assert columns == {"batch", "printed", "medium", "is_replacement"}
    assert "3 invitations, in the public log." in client.get("/desk/invitations/").content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"hashes": []},
        {"hashes": ["AA"]},
        {"hashes": [5]},
        {"hashes": "AAAA"},
        {"medium": "letter"},
        {"replacement": "no"},
        {"name": "somebody"},
    ],
)
def test_what_is_no_batch_is_refused_and_nothing_is_kept(changed):
    answer, _ = send(build_signed_in_client(), **changed)
    assert answer.status_code == 409
    assert "Do not hand them out" in answer.json()["words"]
    assert not InvitationBatch.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_a_repeated_hash_and_too_many_are_refused():
    digest = bytes(32)
    for hashes in ([digest, digest], [secrets.token_bytes(32) for _ in range(MOST_IN_A_BATCH + 1)]):
        with pytest.raises(InvitationsRefusedError):
            print_invitations(
                hashes=hashes, medium="sheet", is_replacement=False, now=1, random_bytes=bytes(8)
            )


def test_the_order_in_which_hashes_came_is_not_kept():
    hashes = [secrets.token_bytes(32) for _ in range(20)]
    print_invitations(hashes=hashes, medium="sealed", is_replacement=True, now=1, random_bytes=bytes(8))
    entry = parse_entry(bytes(OutboxEntry.objects.get().entry))
    assert entry.body["hashes"] == sorted(encode_base64url(digest) for digest in hashes)


def test_nobody_registers_invitations_without_signing_in():
    answer, _ = send(build_client())
    assert answer.status_code == 302
    assert not OutboxEntry.objects.exists()
