"""Kept pages: rendered once, the same bytes for all, drawn again when something changed."""

import gzip

import pytest
from django.test import Client

from amanah.web.pages import PageCache, compute_page_mark
from tests.doors.web.urls import VERSION


@pytest.fixture(autouse=True)
def _new_version() -> None:
    VERSION["counter"] += 1


def test_a_page_is_rendered_once_and_then_kept(pages: Client) -> None:
    before = VERSION["rendered"]
    first, second = pages.get("/en/counter/"), pages.get("/en/counter/")
    assert first.content == second.content
    assert VERSION["rendered"] == before + 1
    assert first.headers["Content-Type"] == second.headers["Content-Type"]


def test_a_reader_who_has_the_page_gets_no_body(pages: Client) -> None:
    mark = pages.get("/en/counter/").headers["ETag"]
    again = pages.get("/en/counter/", headers={"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == mark


def test_a_new_version_is_drawn_again(pages: Client) -> None:
    mark = pages.get("/en/counter/").headers["ETag"]
    VERSION["counter"] += 1
    again = pages.get("/en/counter/", headers={"If-None-Match": mark})
    assert again.status_code == 200
    assert f"counter {VERSION['counter']}".encode() in again.content


def test_each_language_is_kept_by_itself(pages: Client) -> None:
    assert pages.get("/en/counter/").content.endswith(b" en")
    assert pages.get("/ar/counter/").content.endswith(b" ar")
    assert pages.get("/en/counter/").content.endswith(b" en")


def test_marks_differ_by_address_language_and_version() -> None:
    marks = {
        compute_page_mark(path, language, version) for path in "ab" for language in "cd" for version in (1, 2)
    }
    assert len(marks) == 8


def test_the_cache_is_bounded_and_drops_what_was_not_asked_for() -> None:
    cache = PageCache(most=2)
    kept = cache.record(("a", "en"), "m", b"a", "t")
    cache.record(("b", "en"), "m", b"b", "t")
    assert cache.find(("a", "en"), "m") == kept
    cache.record(("c", "en"), "m", b"c", "t")
    assert cache.find(("b", "en"), "m") is None
    assert cache.find(("a", "en"), "other") is None
    assert cache.find(("a", "en"), "m") == kept


def test_a_kept_page_is_compressed_for_whoever_accepts_it_and_is_the_same_page(pages: Client) -> None:
    plain = pages.get("/en/counter/")
    zipped = pages.get("/en/counter/", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert zipped.headers["ETag"] == plain.headers["ETag"]
