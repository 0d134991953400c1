"""What tests of credentials with other people's software stand on: their process, and a Python without a network."""

import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.interop.credentials_oracle import CredentialsOracle, open_credentials_oracle


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing in this process reach a network, whichever library asks."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("no network here")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.fixture(scope="module")
def their_node() -> Iterator[CredentialsOracle]:
    with open_credentials_oracle() as oracle:
        yield oracle


@pytest.fixture(scope="session")
def other_keys() -> dict[str, Any]:
    """Give keys of the kinds that no did:key here names, by their algorithm."""
    return {
        "RS256": rsa.generate_private_key(public_exponent=65_537, key_size=2_048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
    }
