"""The community issues authorisations as giver or recorder; each is signed, kept, logged by its hash, and stands."""

import json
import secrets
from typing import Any

import pytest

from amanah.core.credentials.authorisations import Strength
from amanah.core.credentials.chains import Question
from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.standing import Standing, compute_standing
from amanah.programme_door.credentials.actions import GrantRefusedError
from amanah.programme_door.credentials.keys import find_key_path, get_community_did
from amanah.programme_door.credentials.models import Document, StatusIndex
from amanah.programme_door.credentials.queries import find_authorisation, load_papers
from amanah.programme_door.occasions.models import OutboxEntry
from amanah.programme_door.roots.queries import get_own_list
from amanah.web.settings import get_config
from tests.doors.credentials.town import (
    AMINA,
    BILAL,
    DAY,
    ELDER,
    NOW,
    WITNESSES,
    find_id,
    issue,
    issue_line,
    recognise,
)
from tests.support.desk import DATABASES

pytestmark = pytest.mark.django_db(databases=DATABASES)


def list_said(kind: str) -> list[dict[str, Any]]:
    entries = [json.loads(bytes(row.entry)) for row in OutboxEntry.objects.all()]
    return [entry for entry in entries if entry["kind"] == kind]


def stand(holder: str, scope: str, at: int = NOW) -> Standing:
    return compute_standing(Question(holder, scope, at), load_papers(holder, get_own_list()))


def test_a_line_through_the_community_stands_under_its_list() -> None:
    recognise()
    issue_line()
    standing = stand(BILAL, "quran/hafs")
    assert standing.strongest is not None, standing.best_failed and standing.best_failed.breaks
    assert [link.authorisation.holder for link in standing.strongest.links] == [BILAL, AMINA]
    assert standing.strongest.root is not None
    assert standing.strongest.root.id == ELDER
    assert {link.status.state for link in standing.strongest.links} == {"good"}
    assert stand(BILAL, "quran").strongest is None


def test_every_paper_is_logged_by_its_hash_and_names_nobody() -> None:
    recognise()
    first, second = issue_line()
    said = {entry["body"]["document"]: entry for entry in list_said("credential_stated")}
    assert {said[first]["body"]["kind"], said[second]["body"]["kind"]} == {"authorisation"}
    assert [entry["body"]["kind"] for entry in said.values()].count("status") == 1
    text = json.dumps(list(said.values()))
    assert "Invented" not in text
    assert AMINA not in text
    (roots,) = list_said("roots_stated")
    assert roots["body"]["number"] == 1


def test_the_key_is_made_once_and_lies_in_a_file_of_its_owner_alone() -> None:
    did = get_community_did()
    path = find_key_path(get_config())
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32
    assert get_community_did() == did
    assert list(path.parent.glob("credentials.key.*")) == []


def test_a_witnessed_grant_names_giver_and_witnesses_and_the_community_as_recorder() -> None:
    read = find_authorisation(issue())
    assert read is not None
    assert (read.strength, read.giver, read.issuer) == (Strength.WITNESSED, ELDER, get_community_did())
    assert read.witnesses == WITNESSES
    assert read.status is not None
    assert StatusIndex.objects.get().position == read.status.index


def test_the_communitys_own_grant_is_signed_by_itself() -> None:
    read = find_authorisation(issue(strength=Strength.SIGNED, witnesses=()))
    assert read is not None
    assert (read.strength, read.giver) == (Strength.SIGNED, get_community_did())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"scope": "fiqh"}, "scope-wider"),
        ({"giver": BILAL, "holder": WITNESSES[0], "witnesses": (ELDER, WITNESSES[1])}, "giver-not-holder"),
        ({"valid_from": NOW - 90 * DAY}, "given-too-early"),
        ({"witnesses": (WITNESSES[0], WITNESSES[0])}, "witnesses-too-few"),
    ],
)
def test_what_breaks_a_rule_at_once_is_never_signed(changes: dict[str, Any], reason: str) -> None:
    first = issue()
    grant = {"parent": find_id(first), "giver": AMINA, "holder": BILAL, "valid_from": NOW} | changes
    with pytest.raises((GrantRefusedError, CredentialError)) as refused:
        issue(**grant)
    if isinstance(refused.value, GrantRefusedError):
        assert reason in {one.reason for one in refused.value.breaks}
    assert Document.objects.filter(kind="authorisation").count() == 1


def test_nothing_is_given_under_an_authority_that_only_lets_teach() -> None:
    first = issue(may_authorise=False)
    with pytest.raises(GrantRefusedError) as refused:
        issue(parent=find_id(first), giver=AMINA, holder=BILAL, valid_from=NOW)
    assert [one.reason for one in refused.value.breaks] == ["may-not-authorise"]


def test_an_authority_that_is_not_here_cannot_be_named() -> None:
    with pytest.raises(GrantRefusedError):
        issue(parent=f"urn:uuid:{'0' * 8}-0000-4000-8000-{'0' * 12}")
    assert not StatusIndex.objects.exists(), "a refused grant takes no place"


def test_places_on_the_status_list_are_drawn_and_not_counted() -> None:
    for _ in range(6):
        issue(now=NOW + secrets.randbelow(1000))
    positions = list(StatusIndex.objects.values_list("position", flat=True))
    assert len(set(positions)) == 6
    assert positions != list(range(6))
