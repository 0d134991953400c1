"""A file that is uploaded stays in memory and within its bound; one that does not fit takes nothing else with it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest
from django.test import RequestFactory

from amanah.web.uploads import LARGEST_EXCESS, LARGEST_FILE, BoundedUploadHandler


def send(content: bytes) -> HttpRequest:
    file = SimpleUploadedFile("paper.pdf", content)
    request = RequestFactory().post("/", {"before": "kept", "paper": file, "after": "kept too"})
    request.upload_handlers = [BoundedUploadHandler(request)]
    return request


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 3 * 1024 * 1024, LARGEST_FILE])
def test_a_file_that_fits_comes_whole(size: int) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    request = send(content)
    assert request.FILES["paper"].read() == content
    assert request.FILES["paper"].size == size


@pytest.mark.parametrize("size", [LARGEST_FILE + 1, 2 * LARGEST_FILE])
def test_a_file_that_does_not_fit_is_empty_and_says_how_long_it_was(size: int) -> None:
    request = send(bytes(size))
    assert request.FILES["paper"].size == size
    assert request.FILES["paper"].read() == b""
    assert (request.POST["before"], request.POST["after"]) == ("kept", "kept too")


def test_what_never_ends_is_cut_off_and_what_came_before_is_kept() -> None:
    request = send(bytes(LARGEST_EXCESS + 1024 * 1024))
    assert "paper" not in request.FILES
    assert request.POST["before"] == "kept"


def test_the_bound_holds_for_all_files_of_a_request_together() -> None:
    handler = BoundedUploadHandler()
    for place in range(2):
        handler.new_file("paper", f"{place}.pdf", "application/pdf", None, None)
        half = bytes(LARGEST_FILE // 2 + 1)
        handler.receive_data_chunk(half, 0)
        assert len(handler.file_complete(len(half)).read()) == (0 if place else len(half))


def test_a_handler_that_is_fed_for_ever_ends_the_connection() -> None:
    handler = BoundedUploadHandler()
    handler.new_file("paper", "a.pdf", "application/pdf", None, None)
    piece = bytes(LARGEST_FILE)
    for place in range(4):
        handler.receive_data_chunk(piece, place * len(piece))
    with pytest.raises(StopUpload):
        handler.receive_data_chunk(b"x", 4 * len(piece))
