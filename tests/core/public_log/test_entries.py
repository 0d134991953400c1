"""An entry is admitted only in its one form, and free text never is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanah.core.encoding import encode_canonical_json
from amanah.core.errors import AmanahError, InvalidInputError, RefusedError
from amanah.core.public_log.entries import (
    Entry,
    EntrySignatureError,
    UnknownKindError,
    UnreadableEntryError,
    check_schema,
    compute_entry_hash,
    encode_entry,
    parse_entry,
    sign_entry,
    verify_entry_signature,
)
from amanah.core.public_log.schemas import ENTRY_SCHEMAS
from tests.core.public_log.build import (
    BODIES,
    NOW,
    fill,
    make_entry,
    public_key,
    rewrite,
    seed,
    sign_anything,
)


def walk(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the path of every value inside a body."""
    paths = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            paths += walk(item, (*path, key))
    if isinstance(value, list):
        for place, item in enumerate(value):
            paths += walk(item, (*path, place))
    return paths


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    copy = json.loads(json.dumps(value))
    target = copy
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = new
    return copy


def test_every_kind_of_the_specification_has_an_example_here() -> None:
    assert BODIES.keys() == ENTRY_SCHEMAS.keys()


@pytest.mark.parametrize("kind", BODIES)
def test_a_signed_entry_is_read_back_and_its_signature_holds(kind: str) -> None:
    entry = make_entry(kind)
    data = encode_entry(entry)
    assert parse_entry(data) == entry
    check_schema(entry)
    verify_entry_signature(entry, public_key(entry.by))
    assert len(compute_entry_hash(data)) == 32


@pytest.mark.parametrize("kind", BODIES)
def test_free_text_is_refused_wherever_it_is_put(kind: str) -> None:
    by, ref, body = BODIES[kind]
    paths = walk(body)
    assert paths
    for path in paths:
        for text in ("Amina told me, she is 14", "بيان", "x y", ""):
            with pytest.raises(RefusedError):
                check_schema(sign_anything(by, kind, ref, put(body, path, text)))


@pytest.mark.parametrize("kind", BODIES)
def test_an_additional_or_missing_member_is_refused_at_every_depth(kind: str) -> None:
    by, ref, body = BODIES[kind]
    with pytest.raises(RefusedError):
        check_schema(sign_anything(by, kind, ref, body | {"note": 1}))
    for name in body:
        with pytest.raises(RefusedError):
            check_schema(sign_anything(by, kind, ref, {k: v for k, v in body.items() if k != name}))


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("wrong", [True, -1, 1.5, None, [], {}, ["x"], {"a": 1}])
def test_a_value_of_another_type_is_refused(kind: str, wrong: Any) -> None:
    by, ref, body = BODIES[kind]
    for path in walk(body):
        changed = put(body, path, wrong)
        is_allowed = (
            (path[-1] in ("client", "facts", "detector") and wrong is None)
            or (path[-1] in ("hashes", "columns", "keys", "occasions") and wrong == [])
            or (path[-1] in ("detector", "evidence") and wrong == -1)
        )
        if changed == body or is_allowed or (path[-1] == "replacement" and wrong is True):
            continue
        entry = Entry(NOW, by, kind, ref, changed, bytes(64))
        with pytest.raises(RefusedError):
            check_schema(entry)


@pytest.mark.parametrize("kind", BODIES)
def test_another_office_or_another_subject_is_refused(kind: str) -> None:
    right, ref, body = BODIES[kind]
    for by in ("log", "card-door", "programme-door", "request-door"):
        if by not in ENTRY_SCHEMAS[kind].parties:
            with pytest.raises(RefusedError):
                check_schema(sign_anything(by, kind, ref, body))
    is_id = ref is not None and set(ref) <= set("0123456789abcdef")
    names = ("00112233445566aa0",) if is_id else ("two words", "-", "a--b")
    for wrong in ("Amina", "", "00112233445566A0", *names, None if ref else "00112233445566aa"):
        with pytest.raises(RefusedError):
            check_schema(sign_anything(right, kind, wrong, body))


def test_an_unknown_kind_is_kept_by_readers_and_refused_by_the_log() -> None:
    entry = sign_anything("log", "new_kind", None, {"x": 1})
    assert parse_entry(encode_entry(entry)) == entry
    assert not entry.is_known
    with pytest.raises(UnknownKindError):
        check_schema(entry)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"at": -1},
        {"at": "1"},
        {"at": True},
        {"by": "police"},
        {"by": ["log"]},
        {"kind": 1},
        {"ref": 1},
        {"body": []},
        {"sig": "AAAA"},
        {"sig": None},
        {"person": "x"},
    ],
)
def test_an_envelope_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        parse_entry(rewrite(make_entry("heartbeat"), **changes))


def test_bytes_that_are_not_canonical_are_refused() -> None:
    data = encode_entry(make_entry("heartbeat"))
    for changed in (
        data + b"\n",
        b" " + data,
        data.replace(b'"v":1', b'"v":1.0'),
        data.replace(b":", b": ", 1),
        b"",
        b"[]",
    ):
        with pytest.raises(InvalidInputError):
            parse_entry(changed)


def test_a_list_that_is_not_sorted_or_holds_something_twice_is_refused() -> None:
    _, ref, body = BODIES["invitations_printed"]
    for hashes in (
        list(reversed(body["hashes"])),
        [body["hashes"][0]] * 2,
        [fill(str(n)) for n in range(501)],
    ):
        with pytest.raises(RefusedError):
            check_schema(
                sign_anything("programme-door", "invitations_printed", ref, body | {"hashes": hashes})
            )


def test_the_largest_lists_that_the_schema_admits_fit_into_an_entry() -> None:
    hashes = sorted(fill(str(number)) for number in range(500))
    body = {"hashes": hashes, "medium": "sealed", "replacement": True}
    entry = sign_entry(
        seed("programme-door"),
        at=NOW,
        by="programme-door",
        kind="invitations_printed",
        ref="0" * 16,
        body=body,
    )
    keys = [[f"{number:016x}", fill("k", 346)] for number in range(60)]
    opened = sign_entry(
        seed("card-door"), at=NOW, by="card-door", kind="wave_opened", ref="0" * 16, body={"keys": keys}
    )
    assert max(len(encode_entry(entry)), len(encode_entry(opened))) < 65_535


def test_what_the_log_would_refuse_is_never_signed() -> None:
    with pytest.raises(RefusedError):
        sign_entry(seed("log"), at=NOW, by="log", kind="heartbeat", ref=None, body={"entries": "many"})
    columns = [[f"{n:064d}", "b" * 64, "c" * 64, "d" * 64] for n in range(400)]
    with pytest.raises(RefusedError):
        sign_entry(
            seed("log"), at=NOW, by="log", kind="holdings_declared", ref=None, body={"columns": columns}
        )


@pytest.mark.parametrize("kind", BODIES)
def test_a_change_of_any_member_breaks_the_signature(kind: str) -> None:
    entry = make_entry(kind)
    other = {"at": entry.at + 1, "ref": "ffffffffffffffff", "kind": "door_startec", "body": {"x": 1}}
    for name, value in other.items():
        changed = parse_entry(rewrite(entry, **{name: value}))
        with pytest.raises(EntrySignatureError):
            verify_entry_signature(changed, public_key(entry.by))
    for key in (public_key("somebody"), b"", bytes(32), bytes(31)):
        with pytest.raises(EntrySignatureError):
            verify_entry_signature(entry, key)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_never_break_the_reader(data: bytes) -> None:
    try:
        entry = parse_entry(data)
    except InvalidInputError:
        return
    assert encode_entry(entry) == data


names = st.sampled_from(["door", "key", "columns", "hashes", "keys", "descriptor", "x"])
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "log", "0" * 16, fill("key"), "\u0628"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(BODIES)), st.dictionaries(names, json_values, max_size=3))
def test_any_body_is_admitted_or_refused_and_never_breaks_the_check(kind: str, body: dict[str, Any]) -> None:
    by, ref, _ = BODIES[kind]
    data = encode_canonical_json(
        {"at": NOW, "body": body, "by": by, "kind": kind, "ref": ref, "sig": fill("sig", 64), "v": 1}
    )
    entry = parse_entry(data)
    try:
        check_schema(entry)
    except AmanahError:
        return
    assert body.keys() == BODIES[kind][2].keys()


def test_an_entry_without_its_members_is_refused() -> None:
    with pytest.raises(UnreadableEntryError):
        parse_entry(b'{"v":1}')
