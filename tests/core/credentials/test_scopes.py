"""A scope is a path of slugs, and what lies inside what is a partial order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.credentials.reading import CredentialError
from amanah.core.credentials.scopes import (
    build_scope_identifier,
    lies_inside,
    parse_scope,
    parse_scope_identifier,
)

SLUGS = st.from_regex(r"[a-z0-9]{1,3}(-[a-z0-9]{1,2})?", fullmatch=True)
SCOPES = st.lists(SLUGS, min_size=1, max_size=8).map("/".join)
# Few letters, so that scopes which begin alike are common.
CLOSE_SCOPES = st.lists(st.sampled_from(["a", "ab", "b", "a-b"]), min_size=1, max_size=3).map("/".join)


@given(SCOPES)
def test_a_scope_comes_back_from_its_identifier(scope: str) -> None:
    assert parse_scope_identifier(build_scope_identifier(scope)) == scope


@given(CLOSE_SCOPES)
def test_every_scope_lies_inside_itself(scope: str) -> None:
    assert lies_inside(scope, scope)


@given(CLOSE_SCOPES, CLOSE_SCOPES)
def test_two_scopes_lie_inside_each_other_only_when_they_are_one(one: str, other: str) -> None:
    assert (lies_inside(one, other) and lies_inside(other, one)) == (one == other)


@given(CLOSE_SCOPES, CLOSE_SCOPES, CLOSE_SCOPES)
def test_what_lies_inside_something_lies_inside_everything_around_it(
    first: str, second: str, third: str
) -> None:
    if lies_inside(first, second) and lies_inside(second, third):
        assert lies_inside(first, third)


@given(CLOSE_SCOPES, CLOSE_SCOPES, CLOSE_SCOPES)
def test_narrowing_never_reaches_what_was_not_held(held: str, narrower: str, other: str) -> None:
    if lies_inside(narrower, held) and not (lies_inside(other, held) or lies_inside(held, other)):
        assert not lies_inside(other, narrower)


@given(CLOSE_SCOPES, CLOSE_SCOPES)
def test_the_rule_is_that_of_paths_and_not_of_letters(inner: str, outer: str) -> None:
    parts, wanted = inner.split("/"), outer.split("/")
    assert lies_inside(inner, outer) == (parts[: len(wanted)] == wanted)


def test_a_longer_word_is_no_narrower_scope() -> None:
    assert lies_inside("quran/hafs", "quran")
    assert not lies_inside("quranic", "quran")
    assert not lies_inside("quran-hafs", "quran")
    assert not lies_inside("quran", "quran/hafs")


@pytest.mark.parametrize("scope", ["a", "quran/hafs", "a/b/c/d/e/f/g/h", "x" * 64, "9-9/0"])
def test_a_scope_at_the_edge_of_the_rule_is_read(scope: str) -> None:
    assert parse_scope(scope) == scope


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "/",
            "a/",
            "/a",
            "a//b",
            "A",
            "a_b",
            "a b",
            "-a",
            "a-",
            "a--b",
            "a/-",
            "a\n",
            "قرآن",
            "a٣",
            "a.b",
            "../a",
        ),
        *("a/b/c/d/e/f/g/h/i", "x" * 65, None, 7, ["a"], {"a": 1}, b"a"),
    ],
)
def test_what_is_no_scope_is_refused_with_its_step(text: object) -> None:
    with pytest.raises(CredentialError) as refused:
        parse_scope(text)
    assert refused.value.step == "1.2"


@pytest.mark.parametrize(
    "identifier",
    [
        "quran",
        "urn:amanah:scope:",
        "urn:amanah:scope:A",
        "URN:amanah:scope:a",
        " urn:amanah:scope:a",
        None,
        3,
    ],
)
def test_what_is_no_identifier_of_a_scope_is_refused(identifier: object) -> None:
    with pytest.raises(CredentialError) as refused:
        parse_scope_identifier(identifier)
    assert refused.value.step == "1.2"


@pytest.mark.parametrize("scope", ["", "A", "a//b"])
def test_no_identifier_is_built_of_what_is_no_scope(scope: str) -> None:
    with pytest.raises(CredentialError):
        build_scope_identifier(scope)
