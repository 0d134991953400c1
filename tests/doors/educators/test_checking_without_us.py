"""Whoever keeps the file of a page can work out the same without us, and is told when something in it was changed."""

import hashlib
import json
import subprocess
import sys

import pytest
from django.utils import timezone

from amanah.core.credentials.authorisations import read_credential
from amanah.core.credentials.baking import extract_baked
from amanah.core.credentials.bundles import parse_bundle
from amanah.core.credentials.chains import Question
from amanah.core.credentials.proofs import CredentialProofError
from amanah.core.credentials.standing import compute_standing
from amanah.programme_door.educators.models import Educator
from tests.support.desk import DATABASES, build_client
from tests.support.educators import open_educators

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.fixture(autouse=True)
def educators():
    open_educators()


def fetch(slug, what):
    answer = build_client().get(f"/educators/{slug}/{what}")
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize(
    ("slug", "scope", "is_good"),
    [
        ("amina", "quran/hafs", True),
        ("amina", "rulings", False),
        ("maryam", "ethics", True),
        ("maryam", "history", True),
        ("tariq", "quran", False),
        ("layla", "quran/hafs", False),
    ],
)
def test_the_file_gives_the_same_standing_to_anybody(slug, scope, is_good):
    papers = parse_bundle(fetch(slug, "bundle.json"))
    holder = Educator.objects.get(slug=slug).holder
    standing = compute_standing(Question(holder, scope, int(timezone.now().timestamp())), papers)
    assert standing.is_good is is_good
    assert papers.root_list is not None


def test_the_page_names_the_fingerprint_of_its_file():
    bundle = fetch("maryam", "bundle.json")
    assert hashlib.sha256(bundle).hexdigest() in build_client().get("/en/educators/maryam/").content.decode()


def test_the_file_holds_papers_about_nobody_else():
    papers = parse_bundle(fetch("amina", "bundle.json"))
    kept = {row.slug: row.holder for row in Educator.objects.exclude(holder="")}
    holders = {one.holder for one in papers.authorisations}
    assert kept["amina"] in holders
    assert not holders & {kept["maryam"], kept["tariq"], kept["layla"]}
    assert papers.notices == ()


def test_a_changed_letter_is_seen():
    document = json.loads(fetch("amina", "bundle.json"))
    document["verifiableCredential"][0]["validFrom"] = "2001-01-01T00:00:00Z"
    with pytest.raises(CredentialProofError):
        parse_bundle(json.dumps(document).encode())


def test_the_picture_carries_the_persons_own_paper():
    baked = extract_baked(fetch("amina", "badge.png"))
    paper = read_credential(baked.content)
    assert (paper.holder, paper.scope) == (Educator.objects.get(slug="amina").holder, "quran/hafs")


@pytest.mark.parametrize("slug", ["tariq", "layla", "jonah"])
def test_there_is_no_badge_for_what_is_not_recognised(slug):
    assert build_client().get(f"/educators/{slug}/badge.png").status_code == 404


def test_without_papers_there_is_no_file():
    assert build_client().get("/educators/jonah/bundle.json").status_code == 404


@pytest.mark.processes
def test_the_command_on_the_page_says_what_the_page_says(tmp_path):
    file = tmp_path / "amina.json"
    file.write_bytes(fetch("amina", "bundle.json"))
    done = subprocess.run(
        [sys.executable, "-m", "amanah.verify", "credential", str(file), "--scope", "quran/hafs"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "recognised by" in done.stdout
    assert "Salma Invented" in done.stdout
