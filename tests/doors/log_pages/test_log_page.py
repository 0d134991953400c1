"""The reading room: what the log is, how fresh it is, and who stands behind it, without a script."""

import html
import re

import pytest
from django.utils import timezone

from amanah.core.public_log.reading import STALE_SECONDS
from amanah.core.public_log.schemas import ENTRY_SCHEMAS
from amanah.core.public_log.wording import describe_entry, name_kind
from amanah.programme_door.occasions.models import LogState
from amanah.web.log_evidence import EVIDENCE_FILE, EvidenceFile, Refusal
from amanah.web.settings import get_config
from tests.core.public_log.build import NOW, heartbeats, sign_leaves, witness_key
from tests.doors.log_pages.reading_room import TWO_OF_THREE, ReadingRoom
from tests.support.desk import DATABASES, build_signed_in_client

pytestmark = pytest.mark.django_db(databases=DATABASES)
NUMBER = re.compile(r'/log/(\d+)/"')


def tell(page: str) -> str:
    """Give what a reader without a script reads: no marks, no entities, no section that only a script shows."""
    page = re.sub(
        r"<section[^>]* data-states hidden>.*?</section>|<script.*?</script>", " ", page, flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def now() -> int:
    return int(timezone.now().timestamp())


def test_every_kind_of_entry_stands_there_in_words_the_newest_first(full_room: ReadingRoom) -> None:
    page = full_room.read("log/")
    text = tell(page)

    for entry in full_room.entries:
        assert name_kind(entry.kind) in text
    assert describe_entry(full_room.entries[-1]) in text
    assert [int(index) for index in NUMBER.findall(page)] == list(range(len(ENTRY_SCHEMAS)))[::-1]


def test_an_empty_log_says_so_and_breaks_nothing(room: ReadingRoom) -> None:
    text = tell(room.read("log/"))

    assert "The log has not been read yet." in text
    assert "Nothing stands here yet" in text
    assert "Nothing stands here yet" in tell(room.read("log/entries/"))


def test_without_witnesses_the_page_says_what_alone_stands_behind_the_log(full_room: ReadingRoom) -> None:
    text = tell(full_room.read("log/"))

    assert "No witness yet: only the log's own signature stands behind this." in text
    assert "by nobody" in text
    assert "could not be matched" not in text


def test_a_witness_that_vouched_is_shown_with_its_name_and_time(full_room: ReadingRoom) -> None:
    full_room.name_witnesses("cedar", quorum="cedar")
    full_room.vouch({"cedar": now()})
    page = full_room.read("log/")
    text = tell(page)

    assert "by 1 of 1 (1 needed)" in text
    assert "One witness is enough here." in text
    assert witness_key("cedar").name.split("/")[0].split(".")[0] in text
    assert '<span class="stamp yes">Witnessed' in page
    assert "No witness" not in text


def test_witnesses_that_nobody_needs_are_not_made_more_of_than_they_are(full_room: ReadingRoom) -> None:
    full_room.name_witnesses("cedar", quorum="none")
    full_room.vouch({"cedar": now()})
    text = tell(full_room.read("log/"))

    assert "by 1 of 1 (0 needed)" in text
    assert "No witness is needed yet: only the log's own signature stands behind this." in text


def test_too_few_witnesses_are_said_plainly(full_room: ReadingRoom) -> None:
    full_room.name_witnesses("cedar", "olive", "quince", **TWO_OF_THREE)
    full_room.vouch({"olive": now()})
    page = full_room.read("log/")
    text = tell(page)

    assert "by 1 of 3 (2 needed)" in text
    assert "Too few witnesses have vouched for the newest state." in text
    assert text.count("Not yet") == 2


def test_two_of_three_witnesses_are_enough_and_nothing_warns(full_room: ReadingRoom) -> None:
    full_room.name_witnesses("cedar", "olive", "quince", **TWO_OF_THREE)
    full_room.vouch({"olive": now(), "cedar": now() - 60})
    text = tell(full_room.read("log/"))

    assert "by 2 of 3 (2 needed)" in text
    for warning in ("Too few", "enough here", "No witness", "sign of life for more", "could not be matched"):
        assert warning not in text


def test_a_log_without_a_sign_of_life_is_called_stale(room: ReadingRoom) -> None:
    room.append_heartbeats([now() - STALE_SECONDS - 60])
    room.vouch()
    assert "No sign of life for more than 26 hours." in tell(room.read("log/"))


def test_with_witnesses_their_times_decide_what_is_fresh(full_room: ReadingRoom) -> None:
    full_room.name_witnesses("cedar", quorum="cedar")
    full_room.vouch({"cedar": now() - STALE_SECONDS - 60})
    assert "No sign of life for more than 26 hours." in tell(full_room.read("log/"))
    full_room.vouch({"cedar": now()})
    assert "No sign of life for more" not in tell(full_room.read("log/"))


@pytest.mark.parametrize(
    "note", [b"no note at all", sign_leaves(heartbeats(6))], ids=["unreadable", "other size"]
)
def test_a_checkpoint_that_does_not_fit_the_entries_is_not_passed_over(
    full_room: ReadingRoom, note: bytes
) -> None:
    LogState.objects.update_or_create(state=1, defaults={"note": note})
    assert "What the log signed could not be matched with these entries." in tell(full_room.read("log/"))


def test_a_cosignature_that_comes_without_an_entry_changes_the_page(full_room: ReadingRoom) -> None:
    full_room.name_witnesses("cedar", quorum="cedar")
    assert "by 0 of 1" in tell(full_room.read("log/"))
    full_room.vouch({"cedar": now()})
    assert "by 1 of 1" in tell(full_room.read("log/"))


def test_the_policy_the_key_and_the_commands_are_there_to_copy(full_room: ReadingRoom) -> None:
    full_room.name_witnesses("cedar", quorum="cedar")
    text = tell(full_room.read("log/"))

    assert "python -m amanah.verify log \\ http" in text
    assert "quorum cedar" in text
    assert "log testers.amanah/log+" in text


def test_what_the_log_does_not_prove_stands_on_the_page(full_room: ReadingRoom) -> None:
    text = tell(full_room.read("log/"))

    assert "What it does not prove" in text
    assert "That an entry is true." in text


def test_the_page_is_whole_without_a_script_and_shows_no_button_that_does_nothing(
    full_room: ReadingRoom,
) -> None:
    page = full_room.read("log/")
    before_check, _, rest = page.partition('<section class="shelf" id="log-check" data-states hidden>')

    assert rest
    check, _, after_check = rest.partition("</section>")
    assert "<button" in check
    assert "data-state" not in before_check + after_check
    assert '<form method="get" action="/en/log/entries/"' in after_check


def test_every_state_of_the_check_has_words_on_the_page(full_room: ReadingRoom) -> None:
    from tests.support.client_modules import CLIENT

    contract = (
        (CLIENT / "src" / "pages" / "log_check.ts")
        .read_text()
        .partition("/*\nWhat the page")[2]
        .partition("*/")[0]
    )
    wanted = set(re.findall(r'data-state="([a-z-]+)"', contract))
    page = full_room.read("log/")

    assert len(wanted) > 20
    assert wanted | {"copied"} <= set(re.findall(r'data-state="([a-z-]+)" ?(?:class="flow" )?hidden', page))


def test_the_arabic_page_is_arabic_from_right_to_left(full_room: ReadingRoom) -> None:
    page = full_room.read("log/", language="ar")
    text = tell(page)

    assert '<html lang="ar" dir="rtl">' in page
    assert "السجل العلني" in text
    assert "The card door" not in text
    assert "Everything holds" not in page
    assert '<pre class="copied" dir="ltr">' in page


def test_times_are_those_of_the_community_s_time_zone(room: ReadingRoom) -> None:
    room.append_heartbeats([NOW])
    text = tell(room.read("log/"))
    assert "Monday, 21 September 2026 Entry 0 Sign of life" in text
    assert "15:13 · the log itself" in text


def test_what_the_door_refused_to_believe_is_shown_with_both_notes_to_everybody_and_told_at_the_desk(
    full_room: ReadingRoom,
) -> None:
    room, desk = full_room, build_signed_in_client()
    assert 'id="refused"' not in room.read("log/")
    assert "refused to believe" not in desk.get("/desk/").content.decode()
    kept = EvidenceFile(get_config().folder("programme") / EVIDENCE_FILE)
    refused, believed = sign_leaves(room.leaves[:-1]), sign_leaves(room.leaves)
    assert kept.record("log-shrunken", Refusal(refused, believed, None), NOW)
    page = html.unescape(room.read("log/"))
    assert refused.decode() in page
    assert believed.decode() in page
    assert "showed less than before" in page
    assert "refused to believe" in desk.get("/desk/").content.decode()
    assert "رفض" in room.read("log/", language="ar")


def test_a_damaged_file_of_evidence_takes_no_page_away(full_room: ReadingRoom) -> None:
    path = get_config().folder("programme") / EVIDENCE_FILE
    for text in ("", "[]", '{"log-forked": {"at": "x"}}'):
        path.write_text(text)
        assert 'id="refused"' not in full_room.read("log/")
