"""The desk writes pages down, records consent and keeps a picture; what somebody may teach is never typed there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from amanah.programme_door.educators.models import Educator, Photograph
from tests.doors.educators.pictures import SECRET, build_jpeg, build_png
from tests.support.desk import DATABASES, build_client, build_signed_in_client
from tests.support.educators import open_educators

pytestmark = pytest.mark.django_db(databases=DATABASES)
FIELDS = {
    "written_in": "en",
    "name": "Zahra Made-Up",
    "about": "Invented for a test.",
    "holder": "",
    "scopes": ["ethics"],
    "programmes": ["solid-ground"],
    "safeguarding_kind": "",
    "safeguarding_on": "",
    "safeguarding_by": "",
    "pays": "Nobody.",
    "interests": "None declared.",
    "outside_roles": "",
}
PLACES = (
    "",
    "new/",
    "concerns/",
    "amina/",
    "amina/words/",
    "amina/preview/",
    "amina/consent/",
    "amina/withdraw/",
    "amina/picture/",
)


@pytest.fixture
def desk():
    open_educators()
    return build_signed_in_client()


def write_down(desk, **fields):
    return desk.post("/desk/educators/new/", FIELDS | {"slug": "zahra"} | fields)


def read(desk, address):
    answer = desk.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("place", PLACES)
def test_every_page_opens_for_organisers_alone(desk, place):
    read(desk, f"/desk/educators/{place}")
    answer = build_client().get(f"/desk/educators/{place}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/sign-in/")


def test_a_new_page_is_shown_once_a_day_of_consent_is_written_down(desk):
    assert write_down(desk).status_code == 302
    assert "Nobody sees this page." in read(desk, "/desk/educators/zahra/")
    assert "Zahra Made-Up" in read(desk, "/desk/educators/zahra/preview/")
    assert build_client().get("/en/educators/zahra/").status_code == 404
    today = timezone.localdate().isoformat()
    desk.post("/desk/educators/zahra/consent/", {"consent_on": today, "is_shown": "on"})
    page = build_client().get("/en/educators/zahra/").content.decode()
    assert "Not authorised here for: Ethics" in page
    assert "No paper for this was shown to us." in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"slug": "amina"}, "There is a page with this short name"),
        ({"slug": "new"}, "Choose another short name."),
        ({"slug": "../up"}, "Use small letters a to z"),
        ({"name": ""}, "Write the name."),
        ({"name": "Amin\u0430"}, "This name mixes alphabets"),
        ({"name": "Amina\u202e detnevnI"}, "This name mixes alphabets"),
        ({"name": "Amina\u200b"}, "This name mixes alphabets"),
        ({"holder": "https://example.org/somebody"}, "This names nobody."),
        ({"scopes": ["everything"]}, "everything"),
        ({"safeguarding_kind": "A check"}, "Write which check, its day and who saw it"),
        (
            {"safeguarding_kind": "A", "safeguarding_by": "B", "safeguarding_on": "2999-01-01"},
            "This day is still to come.",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(desk, fields, said):
    answer = write_down(desk, **fields)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "Invented for a test." in page
    assert Educator.objects.count() == 5


def test_two_pages_never_stand_for_one_name_in_papers(desk):
    holder = Educator.objects.get(slug="amina").holder
    assert "with this name in papers" in write_down(desk, holder=holder).content.decode()
    change = FIELDS | {"holder": holder}
    said = desk.post("/desk/educators/jonah/words/", change).content.decode()
    assert "Somebody else&#39;s page has this name in papers." in said


def test_words_are_changed_one_language_at_a_time(desk):
    assert "أمينة" in read(desk, "/desk/educators/amina/words/?words=ar")
    row = Educator.objects.get(slug="amina")
    fields = FIELDS | {"name": "Amina Renamed", "holder": row.holder}
    assert desk.post("/desk/educators/amina/words/", fields).status_code == 302
    row.refresh_from_db()
    assert (row.words["en"]["name"], row.words["ar"]["name"]) == ("Amina Renamed", "أمينة متخيَّلة")


def test_a_day_to_come_is_no_consent(desk):
    answer = desk.post("/desk/educators/amina/consent/", {"consent_on": "2999-01-01", "is_shown": "on"})
    assert "This day is still to come." in answer.content.decode()
    assert (
        "Without this day nothing is shown."
        in desk.post("/desk/educators/amina/consent/", {"consent_on": "", "is_shown": "on"}).content.decode()
    )


def test_taking_consent_back_says_first_what_cannot_be_called_back(desk):
    asked = read(desk, "/desk/educators/amina/withdraw/")
    assert "Copies that others made" in asked
    assert "They name nobody." in asked
    assert Educator.objects.filter(slug="amina").exists()
    assert desk.post("/desk/educators/amina/withdraw/").status_code == 302
    assert not Educator.objects.filter(slug="amina").exists()


def test_a_picture_is_kept_without_what_the_camera_wrote_and_can_be_destroyed(desk):
    file = SimpleUploadedFile("amina.jpg", build_jpeg(300, 300, orientation=1), "image/jpeg")
    assert desk.post("/desk/educators/amina/picture/", {"photograph": file}).status_code == 302
    shown = build_client().get("/educators/amina/photograph")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert SECRET not in shown.content
    assert 'src="/educators/amina/photograph"' in build_client().get("/en/educators/amina/").content.decode()
    assert desk.post("/desk/educators/amina/picture/", {"remove": "yes"}).status_code == 302
    assert not Photograph.objects.exists()
    assert build_client().get("/educators/amina/photograph").status_code == 404


def test_a_file_that_is_no_picture_says_what_to_do(desk):
    file = SimpleUploadedFile("x.png", build_png(20, 20), "image/png")
    said = desk.post("/desk/educators/amina/picture/", {"photograph": file}).content.decode()
    assert "The picture must be 96 to 1,600 pixels on each side." in said


def test_where_to_turn_is_the_communitys_own_words_on_every_page(desk):
    fields = {"written_in": "en", "statutory": "Ring the invented office.", "here": "Ask for Zahra Made-Up."}
    assert desk.post("/desk/educators/concerns/", fields).status_code == 302
    for slug in ("amina", "jonah"):
        concern = build_client().get(f"/en/educators/{slug}/").content.decode().split('id="concern"')[1]
        assert concern.index("Ring the invented office.") < concern.index("Ask for Zahra Made-Up.")


def test_a_subject_that_is_hidden_later_keeps_its_place_on_the_page(desk):
    from amanah.programme_door.scopes.actions import record_scope_words

    record_scope_words(
        scope="quran/hafs", language="en", texts={"name": "Recitation by Hafs"}, is_shown=False
    )
    row = Educator.objects.get(slug="amina")
    form = read(desk, "/desk/educators/amina/words/")
    assert 'value="quran/hafs"' in form
    fields = FIELDS | {"holder": row.holder, "scopes": row.scopes}
    assert desk.post("/desk/educators/amina/words/", fields).status_code == 302
    assert Educator.objects.get(slug="amina").scopes == ["quran/hafs", "rulings"]
