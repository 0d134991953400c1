"""Every night each paper is checked again from its bytes; what no longer holds is said and shown at once."""

import json
import subprocess
import sys
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from amanah.core.credentials.chains import Question
from amanah.core.credentials.standing import compute_standing
from amanah.core.credentials.status_lists import is_set, parse_status_list
from amanah.programme_door.credentials.actions.endings import Ending, end_authority
from amanah.programme_door.credentials.actions.nightly import A_WEEK, publish_due
from amanah.programme_door.credentials.kept_papers import KeptPaper
from amanah.programme_door.credentials.keys import get_community_did
from amanah.programme_door.credentials.models import Document
from amanah.programme_door.credentials.queries import find_authorisation, find_last_checked, load_papers
from amanah.programme_door.credentials.queries.nightly import list_kept_papers
from amanah.programme_door.credentials.queries.papers import find_newest_status_list
from amanah.programme_door.credentials.rechecking import check_papers
from amanah.programme_door.roots.queries import get_own_list
from tests.doors.credentials.town import AMINA, DAY, NOW, issue, issue_line, recognise
from tests.support.desk import DATABASES, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)


def recheck() -> tuple[str, int]:
    said = StringIO()
    try:
        call_command("recheck_credentials", stdout=said)
    except SystemExit as end:
        return said.getvalue(), int(end.code or 0)
    return said.getvalue(), 0


def spoil(document_hash: str, **members: Any) -> None:
    row = Document.objects.get(document_hash=document_hash)
    Document.objects.filter(document_hash=document_hash).update(
        original=json.dumps(json.loads(row.original) | members)
    )


def is_good(at: int = NOW) -> bool:
    return compute_standing(Question(AMINA, "quran", at), load_papers(AMINA, get_own_list())).is_good


def test_each_paper_gets_the_day_on_which_it_was_checked() -> None:
    recognise()
    first, _ = issue_line()
    assert find_last_checked(first) == (None, "")
    said, code = recheck()
    assert code == 0
    # Two links, the root list, the status list, and the one that is signed anew because a week is over.
    assert "Checked 5 papers" in said
    assert "recognises: 2 stand, 0 do not" in said
    assert find_last_checked(first) == (timezone.localdate(), "")
    assert not Document.objects.filter(checked_on=None).exists()


def test_a_paper_that_was_changed_in_the_database_is_found_and_counts_no_more() -> None:
    recognise()
    first = issue()
    assert is_good()
    spoil(first, validFrom="2026-09-02T00:00:00Z")
    assert not is_good(), "pages read the bytes, and need no night to find it"
    said, code = recheck()
    assert code == 1
    assert f"{first} does not hold (proof)" in said
    assert find_last_checked(first) == (timezone.localdate(), "proof")
    page = build_signed_in_client().get(f"/desk/papers/{first}/").content.decode()
    assert "did not hold when it was last checked" in page


def test_a_paper_under_the_name_of_another_is_found() -> None:
    first, second = issue(), issue(scope="quran/hafs")
    other = Document.objects.get(document_hash=second).original
    Document.objects.filter(document_hash=first).update(original=other)
    said, code = recheck()
    assert code == 1
    assert f"{first} does not hold (hash)" in said
    assert find_last_checked(second)[1] == ""


def test_what_is_no_paper_any_more_is_said_to_be_unreadable() -> None:
    first = issue()
    Document.objects.filter(document_hash=first).update(original="{")
    assert f"{first} does not hold (unreadable)" in recheck()[0]


def test_a_paper_that_holds_again_is_no_problem_any_more() -> None:
    first = issue()
    whole = Document.objects.get(document_hash=first).original
    spoil(first, validFrom="2026-09-02T00:00:00Z")
    recheck()
    Document.objects.filter(document_hash=first).update(original=whole)
    assert recheck()[1] == 0
    assert find_last_checked(first)[1] == ""


def test_many_papers_are_checked_by_several_processes_with_the_same_findings() -> None:
    recognise()
    first, second = issue_line()
    spoil(second, validFrom="2026-09-02T00:00:00Z")
    kept = list(list_kept_papers())
    copies = [KeptPaper(one.document_hash, one.kind, one.original) for one in kept * 60]
    alone = {(one.document_hash, one.problem) for one in check_papers(kept)}
    together = list(check_papers(copies, helpers=2))
    assert len(together) == len(copies)
    assert {(one.document_hash, one.problem) for one in together} == alone
    assert (second, "proof") in alone
    assert (first, "") in alone
    assert any(one.read is not None for one in together), "what was read comes back from the helpers"


def test_helpers_need_no_database() -> None:
    code = (
        "import sys, amanah.programme_door.credentials.rechecking;"
        "sys.exit('django' in sys.modules or 'psycopg' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def read_status_list() -> Any:
    text = find_newest_status_list(get_community_did())
    assert text is not None
    return parse_status_list(json.loads(text))


def test_an_end_on_a_day_to_come_sets_its_bit_on_that_day() -> None:
    first = issue()
    ending = Ending(kind="ended", valid_from=NOW + 3 * DAY, name="Retires", reason="Amina retires then.")
    end_authority(first, ending, now=NOW, random_bytes=bytes(16))
    read = find_authorisation(first)
    assert read is not None
    assert read.status is not None
    assert not publish_due(now=NOW + 2 * DAY)
    assert not is_set(read_status_list(), read.status.index)
    assert publish_due(now=NOW + 3 * DAY)
    assert is_set(read_status_list(), read.status.index)
    assert not publish_due(now=NOW + 3 * DAY)


def test_the_status_list_is_signed_anew_each_week() -> None:
    issue()
    assert read_status_list().valid_from == NOW
    assert not publish_due(now=NOW + A_WEEK)
    assert publish_due(now=NOW + A_WEEK + 1)
    assert read_status_list().valid_from == NOW + A_WEEK + 1


def test_nothing_is_written_where_there_is_nothing() -> None:
    assert not publish_due(now=NOW)
    assert "Checked 0 papers" in recheck()[0]
