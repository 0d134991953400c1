"""The package in the vectors is read as the specification says, and none of the others is."""

import json
from typing import Any

import pytest

from amanah.core.data_requests.packages import PackageBrokenError, compute_package_hash, verify_package
from amanah.core.data_requests.scopes import parse_scope
from amanah.core.encoding import encode_base64url, parse_base64url
from tests.core.data_requests.package_vectors import FILE, build_vectors, encode_vectors
from tests.core.data_requests.write_vectors import VECTORS

WRITTEN: dict[str, Any] = json.loads((VECTORS / FILE).read_text(encoding="utf-8"))
SCOPE = parse_scope(WRITTEN["scope"])


def test_the_file_is_what_its_writer_writes() -> None:
    assert (VECTORS / FILE).read_text(encoding="utf-8") == encode_vectors(build_vectors())


def test_the_package_is_read() -> None:
    data = parse_base64url(WRITTEN["package"]["file"])
    package = verify_package(data, WRITTEN["decision"], SCOPE)
    assert compute_package_hash(data) == WRITTEN["package"]["hash"]
    assert [item.name for item in package.items] == [row[0] for row in WRITTEN["package"]["items"]]
    assert (package.reference, package.people) == (
        WRITTEN["package"]["reference"],
        WRITTEN["package"]["people"],
    )
    assert encode_base64url(package.salt) == WRITTEN["package"]["salt"]


@pytest.mark.parametrize("case", WRITTEN["refused"], ids=lambda case: case["name"])
def test_what_is_no_package_of_this_decision_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(PackageBrokenError):
        verify_package(parse_base64url(case["file"]), WRITTEN["decision"], SCOPE)
