"""The crowd's connections: every request from the member's own loopback address, as anybody on the wire would see it.

It keeps no connection between requests.
"""

import ssl
from collections.abc import Mapping

import httpx

from amanah.core.errors import AmanahError
from amanah.drill.truth import Person, Truth


class CrowdError(AmanahError):
    """A server answered the crowd in a way that the protocol does not have."""

    code = "drill-crowd-failed"


class Wire:
    """Sends requests and notes their sizes in the truth."""

    def __init__(self, urls: Mapping[str, str], truth: Truth) -> None:
        self._urls = urls
        self._truth = truth
        # Made once: loading a machine's certificates for every request would cost more than all cryptography here.
        self._tls = ssl.create_default_context()

    async def post(self, process: str, path: str, body: bytes, person: Person) -> httpx.Response:
        """Send fixed bytes over a fresh connection; the answer may be a refusal."""
        async with self._open(person) as client:
            answer = await client.post(self._urls[process] + path, content=body)
        self._truth.note_size(f"{process} {path}", (answer.status_code, len(body), len(answer.content)))
        return answer

    async def must_post(self, process: str, path: str, body: bytes, person: Person) -> bytes:
        """Send and insist on a 200."""
        answer = await self.post(process, path, body, person)
        if answer.status_code != 200:
            raise CrowdError(f"{path} answered {answer.status_code}; the drill cannot go on.")
        return answer.content

    async def get(self, process: str, path: str, person: Person) -> bytes:
        """Read a public file or page."""
        async with self._open(person) as client:
            answer = await client.get(self._urls[process] + path)
        if answer.status_code != 200:
            raise CrowdError(f"{path} answered {answer.status_code}; the drill cannot go on.")
        return answer.content

    def _open(self, person: Person) -> httpx.AsyncClient:
        """A browser tells a server all of this; nothing of it may end on a disk."""
        transport = httpx.AsyncHTTPTransport(local_address=person.address, verify=self._tls)
        headers = {"User-Agent": person.user_agent, "X-Requested-By": person.name}
        return httpx.AsyncClient(transport=transport, headers=headers, timeout=60, trust_env=False)
