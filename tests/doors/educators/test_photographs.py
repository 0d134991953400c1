"""A picture is kept without what a camera wrote into it; what is no small upright picture is refused with a reason."""

import pytest

from amanah.programme_door.educators.photographs import (
    LARGEST_PHOTOGRAPH,
    PhotographUnfitError,
    parse_photograph,
)
from tests.doors.educators.pictures import SECRET, build_jpeg, build_png

TEXT = (b"tEXt", b"Comment\x00" + SECRET)


def get_reason(data):
    with pytest.raises(PhotographUnfitError) as caught:
        parse_photograph(data)
    return caught.value.reason


def test_nothing_of_a_png_stays_but_what_draws_it():
    picture = parse_photograph(build_png(120, 200, chunks=[TEXT, (b"eXIf", SECRET)]) + SECRET)
    assert (picture.kind, picture.width, picture.height) == ("image/png", 120, 200)
    assert picture.data == build_png(120, 200)


def test_nothing_of_a_jpeg_stays_but_what_draws_it():
    picture = parse_photograph(build_jpeg(300, 200, orientation=1, parts=[(0xED, SECRET)]) + SECRET)
    assert (picture.kind, picture.width, picture.height) == ("image/jpeg", 300, 200)
    assert SECRET not in picture.data
    assert picture.data.endswith(b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9")
    assert parse_photograph(picture.data).data == picture.data


def test_a_thumbnail_of_what_was_cut_away_does_not_stay():
    thumbnail = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x02" + SECRET
    assert SECRET not in parse_photograph(build_jpeg(300, 200, parts=[(0xE0, thumbnail)])).data


@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_a_picture_that_would_lie_on_its_side_is_refused(orientation):
    assert get_reason(build_jpeg(300, 200, orientation=orientation)) == "turned"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no-picture"),
        (b"GIF89a" + bytes(100), "no-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no-picture"),
        (build_png(50, 200), "size"),
        (build_png(200, 1_601), "size"),
        (build_jpeg(60_000, 60_000), "size"),
        (build_png(120, 120)[:-20], "damaged"),
        (build_png(120, 120).replace(b"IDAT", b"IDAX"), "damaged"),
        (build_png(120, 120, chunks=[(b"ABCD", b"")]), "damaged"),
        (build_jpeg(200, 200)[:-4], "damaged"),
        (build_jpeg(200, 200).replace(b"\xff\xc0", b"\xff\xc3"), "damaged"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x00", "damaged"),
        (bytes(LARGEST_PHOTOGRAPH + 1), "too-large"),
    ],
)
def test_what_is_no_small_picture_is_refused_with_a_reason(data, reason):
    assert get_reason(data) == reason
