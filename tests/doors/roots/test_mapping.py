"""What another body calls an achievement counts here once a vote recognises the body and maps it to a subject."""

import pytest

from amanah.core.credentials.chains import Question
from amanah.core.credentials.standing import Standing, compute_standing
from amanah.programme_door.credentials.actions import record_name
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.credentials.queries import load_papers
from amanah.programme_door.roots.models import Root
from amanah.programme_door.roots.queries import get_own_list
from amanah.programme_door.scopes.actions import open_scope
from tests.doors.credentials.test_reading_papers import FOREIGN, encode
from tests.doors.credentials.town import build_root, recognise
from tests.support.desk import DATABASES, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
# The badge was given in 2024.
AT = 1_780_000_000


def stand(holder: str) -> Standing:
    return compute_standing(Question(holder, "quran", AT), load_papers(holder, get_own_list()))


def test_a_badge_of_another_body_is_mapped_to_a_subject_and_stands_as_a_link_without_parent() -> None:
    desk = build_signed_in_client()
    open_scope(scope="quran", language="en", texts={"name": "Qur'an", "about": ""})
    answer = desk.post("/desk/papers/take-in/", {"text": encode(FOREIGN).decode()})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    paper = Document.objects.get(kind="foreign")
    record_name(paper.issuer, "Academy Invented")
    recognise(build_root(id=paper.issuer, name="Academy Invented"), now=AT - 100)
    assert not stand(paper.holder).is_good
    page = desk.get(f"/desk/papers/{paper.document_hash}/").content.decode()
    assert "A paper of another body" in page
    assert paper.achievement in page
    row = Root.objects.get()
    sent = {"root": row.root, "scope": "quran"}
    assert desk.post(f"/desk/roots/map/{paper.document_hash}/", sent).status_code == 302
    assert not stand(paper.holder).is_good, "it counts once the list is published"
    desk.post("/desk/roots/publish/", {"longest_chain": "16", "recorders": ""})
    standing = stand(paper.holder)
    assert standing.is_good, [one.reason for one in standing.chains[0].breaks] if standing.chains else "none"
    assert [link.authorisation.form for link in standing.chains[0].links] == ["foreign"]
    assert "recognised by" in desk.get(f"/desk/papers/{paper.document_hash}/").content.decode()


def test_only_a_body_that_was_voted_for_can_be_mapped() -> None:
    desk = build_signed_in_client()
    open_scope(scope="quran", language="en", texts={"name": "Qur'an", "about": ""})
    desk.post("/desk/papers/take-in/", {"text": encode(FOREIGN).decode()})
    paper = Document.objects.get(kind="foreign")
    recognise()
    sent = {"root": Root.objects.get().root, "scope": "quran"}
    assert desk.post(f"/desk/roots/map/{paper.document_hash}/", sent).status_code == 200
    assert Root.objects.get().achievements == {}
