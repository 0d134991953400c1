"""Visits everything that a door's pages link to, as a visitor with a name, an address and a browser would."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

ADDRESS = "127.99.88.77"
USER_AGENT = "PhoneOfSomebodyExample/7.7"
LINKING = {"href", "src", "action", "data-src"}
MODULE = re.compile(r"""(?:from|import)\s*\(?\s*["']([^"']+\.js)["']""")
STYLE = re.compile(r"""url\(\s*["']?([^"')]+)""")


@dataclass(frozen=True)
class Visited:
    """One answer to one address."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Give the body as text; pictures give whatever they give."""
        return self.body.decode("utf-8", errors="replace")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what the element leads to or loads."""
        self.found += [value for name, value in attrs if name in LINKING and value]


def open_visitor() -> httpx.Client:
    """Give a client from an address of its own, which nobody else on this machine uses."""
    transport = httpx.HTTPTransport(local_address=ADDRESS)
    return httpx.Client(transport=transport, headers={"User-Agent": USER_AGENT}, timeout=60, trust_env=False)


def crawl(visitor: httpx.Client, starts: list[str], most: int = 300) -> Iterator[Visited]:
    """Visit the starts and everything on the same host that pages, styles and scripts lead to, the desk left out."""
    waiting, seen = list(dict.fromkeys(starts)), set(starts)
    while waiting and len(seen) <= most:
        url = waiting.pop(0)
        answer = visitor.get(url)
        visited = Visited(url, answer.status_code, answer.headers, answer.content)
        yield visited
        for link in list_links(visited):
            target = urljoin(url, link).partition("#")[0]
            is_ours = urlsplit(target).netloc == urlsplit(url).netloc
            if is_ours and not urlsplit(target).path.startswith("/desk") and target not in seen:
                seen.add(target)
                waiting.append(target)


def list_links(visited: Visited) -> list[str]:
    """List what an answer leads to or loads."""
    kind = visited.headers.get("content-type", "")
    location = [visited.headers["location"]] if "location" in visited.headers else []
    if "html" in kind:
        parser = _Links()
        parser.feed(visited.text)
        return location + parser.found
    if "javascript" in kind:
        return location + MODULE.findall(visited.text)
    if "css" in kind:
        return location + [link for link in STYLE.findall(visited.text) if not link.startswith("data:")]
    return location
