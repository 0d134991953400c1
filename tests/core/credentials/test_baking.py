"""A credential comes out of a picture byte for byte as it went in, and out of a hostile picture comes one sentence."""

import json
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.credentials.baking import Baked, bake_png, extract_baked, find_picture
from amanah.core.credentials.reading import CredentialError
from amanah.core.encoding import parse_base64url
from tests.core.credentials.baking_vectors import FILE, VECTORS, build_vectors, encode_vectors
from tests.core.credentials.pictures import (
    BAKED,
    CREDENTIAL,
    END,
    HEADER,
    HOSTILE,
    MEBIBYTE,
    PIXELS,
    SIGNATURE,
    TOKEN,
    WHY,
    build_chunk,
    build_png,
    build_svg,
    build_text_chunk,
    wrap,
)


@pytest.mark.parametrize("name", BAKED)
def test_a_credential_comes_out_of_its_picture(name: str) -> None:
    data, kind, content = BAKED[name]
    assert extract_baked(data) == Baked(kind, content)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_in_one_sentence_with_its_step_and_soon(name: str) -> None:
    began = time.process_time()
    with pytest.raises(CredentialError, match=WHY[name]) as caught:
        extract_baked(HOSTILE[name])
    assert caught.value.step == "4.3"
    assert str(caught.value).endswith("(step 4.3)")
    assert time.process_time() - began < 1


def test_a_bomb_is_never_unpacked_beyond_a_mebibyte() -> None:
    bomb = HOSTILE["a PNG that unpacks to 64 MiB"]
    assert len(bomb) < MEBIBYTE // 8
    tracemalloc.start()
    with pytest.raises(CredentialError):
        extract_baked(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MEBIBYTE


def test_billion_laughs_end_at_their_first_word_and_not_by_running_out_of_memory() -> None:
    with pytest.raises(CredentialError, match="document type"):
        extract_baked(HOSTILE["an SVG of a billion laughs"])


def test_what_is_refused_for_something_else_is_read_without_it() -> None:
    for inside in ["<g>" * 60 + "</g>" * 60, "<g/>" * 19_000]:
        assert extract_baked(build_svg(inside + wrap(CREDENTIAL))).content == CREDENTIAL
    assert (
        extract_baked(build_png(build_text_chunk(b"{" + b" " * (MEBIBYTE - 2) + b"}", is_packed=True))).kind
        == "json"
    )


@pytest.mark.parametrize("content", [CREDENTIAL, TOKEN], ids=["json", "jwt"])
def test_what_was_baked_comes_out_and_the_picture_is_the_same_without_it(content: bytes) -> None:
    picture = build_png()
    baked = bake_png(picture, content)
    assert extract_baked(baked).content == content
    assert baked.startswith(SIGNATURE + HEADER + PIXELS)
    assert baked.endswith(END)
    chunk = build_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + content)
    assert baked.count(chunk) == 1
    assert baked.replace(chunk, b"") == picture


def test_nothing_is_baked_twice_nor_into_what_is_no_picture_nor_beyond_a_mebibyte() -> None:
    for picture, content in [
        (bake_png(build_png(), CREDENTIAL), CREDENTIAL),
        (build_png(build_text_chunk(b"{}", b"openbadges")), CREDENTIAL),
        (build_svg(""), CREDENTIAL),
        (build_png()[:-5], CREDENTIAL),
        (build_png(), b"<p>no credential</p>"),
        (build_png(), b'{"a":"' + b"b" * MEBIBYTE + b'"}'),
    ]:
        with pytest.raises(CredentialError) as caught:
            bake_png(picture, content)
        assert caught.value.step == "4.3"


@given(st.binary(max_size=400), st.sampled_from([b"", SIGNATURE, SIGNATURE + HEADER, b"<svg", b"<?xml"]))
def test_no_bytes_at_all_do_anything_but_be_read_or_refused(data: bytes, start: bytes) -> None:
    with pytest.raises(CredentialError):
        extract_baked(start + data)


@given(st.integers(0, len(BAKED["a PNG with packed JSON"][0]) - 1), st.integers(1, 255))
def test_a_byte_changed_anywhere_in_a_picture_is_noticed(place: int, by: int) -> None:
    data = bytearray(BAKED["a PNG with packed JSON"][0])
    data[place] ^= by
    with pytest.raises(CredentialError):
        extract_baked(bytes(data))


def test_a_picture_is_told_by_its_first_bytes_and_a_credential_is_none() -> None:
    assert find_picture(build_png()) == "png"
    assert find_picture(b"\n " + build_svg("")) == "svg"
    assert find_picture(CREDENTIAL) is None
    assert find_picture(TOKEN) is None
    assert find_picture(zlib.compress(CREDENTIAL)) is None


VECTORS_FILE = VECTORS / FILE
WRITTEN = json.loads(VECTORS_FILE.read_text(encoding="utf-8"))


def test_the_file_of_vectors_is_what_its_writer_writes() -> None:
    assert VECTORS_FILE.read_text(encoding="utf-8") == encode_vectors(build_vectors())


@pytest.mark.parametrize("case", WRITTEN["baked"], ids=lambda case: case["name"])
def test_the_vectors_come_out(case: dict[str, str]) -> None:
    baked = extract_baked(parse_base64url(case["picture"]))
    assert (baked.kind, baked.content.decode()) == (case["kind"], case["content"])


@pytest.mark.parametrize("case", WRITTEN["refused"], ids=lambda case: case["name"])
def test_the_vectors_are_refused(case: dict[str, str]) -> None:
    with pytest.raises(CredentialError, match=case["because"]) as caught:
        extract_baked(parse_base64url(case["picture"]))
    assert caught.value.step == case["step"]


HEAVY = {
    "60,000 attributes": build_svg(
        wrap(CREDENTIAL), attributes="".join(f' a{n}="{n}"' for n in range(60_000))
    ),
    "22,000 namespaces": build_svg(
        wrap(CREDENTIAL), attributes="".join(f' xmlns:a{n}="u{n}" a{n}:x="1"' for n in range(22_000))
    ),
    "110,000 comments": build_svg("<!--x-->" * 110_000 + wrap(CREDENTIAL)),
    "a name of 400,000 letters": build_svg(f"<{'a' * 400_000}/>" + wrap(CREDENTIAL)),
    "86,000 chunks": build_png(build_chunk(b"aaaa") * 86_000 + build_text_chunk(CREDENTIAL)),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_picture_as_heavy_as_can_be_is_read_soon(name: str) -> None:
    began = time.process_time()
    assert extract_baked(HEAVY[name]).content == CREDENTIAL
    assert time.process_time() - began < 2
