"""What is taught, as a path of slugs, and which scope lies inside which (`spec/credentials.md` 1.2).

The words of a scope are never looked at here: two scopes are compared by their paths alone.
"""

import re

from amanah.core.credentials.reading import CredentialError

SCOPE_PREFIX = "urn:amanah:scope:"
LONGEST_SCOPE = 64
MOST_SLUGS = 8

_SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
_SCOPE = re.compile(f"{_SLUG}(?:/{_SLUG}){{0,{MOST_SLUGS - 1}}}")


def parse_scope(text: object) -> str:
    """Read a scope; refuse whatever is not one to eight slugs of at most 64 characters in all."""
    if not isinstance(text, str) or len(text) > LONGEST_SCOPE or not _SCOPE.fullmatch(text):
        raise CredentialError(
            "A scope is one to eight words of small letters, digits and hyphens with slashes between,"
            " at most 64 characters. Ask whoever gave you this file for one that keeps to that.",
            step="1.2",
        )
    return text


def build_scope_identifier(scope: str) -> str:
    """Give the identifier of a scope, which stands in documents."""
    return SCOPE_PREFIX + parse_scope(scope)


def parse_scope_identifier(identifier: object) -> str:
    """Read the scope out of its identifier."""
    if not isinstance(identifier, str) or not identifier.startswith(SCOPE_PREFIX):
        raise CredentialError(
            f"What is taught is not named by a scope: its identifier begins with {SCOPE_PREFIX} in a"
            " document of this kind. Ask whoever gave you this file for one that does.",
            step="1.2",
        )
    return parse_scope(identifier.removeprefix(SCOPE_PREFIX))


def lies_inside(inner: str, outer: str) -> bool:
    """Tell whether who may teach `outer` may teach `inner` too: it is the same, or further down."""
    return inner == outer or inner.startswith(outer + "/")
