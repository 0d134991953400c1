"""A client of the pages, and Chromium reading them without a port: every request is answered by the real stack."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

OpenPage = Callable[..., AbstractContextManager["Page"]]


@pytest.fixture
def pages(settings: Any) -> Client:
    """Give a client of the test addresses."""
    settings.ROOT_URLCONF = "tests.doors.web.urls"
    return Client(raise_request_exception=False)


def read_whole(response: Any) -> bytes:
    """Give the body of a page or of a file."""
    if not response.streaming:
        return bytes(response.content)
    body = b"".join(response.streaming_content)
    # Not response.close(): it tells Django that a request ended, and Django then looks at its databases.
    for close in response._resource_closers:
        close()
    return body


@contextmanager
def opened_page(browser: "Browser", client: Client, path: str, **options: Any) -> Iterator["Page"]:
    """Open one address in a browser context of its own; anything the console complains of fails the test."""
    expected = options.pop("complaints", [])
    complaints: list[str] = []

    def answer(route: "Route") -> None:
        parts = urlsplit(route.request.url)
        try:
            response = client.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        except Exception:
            # Without an answer the browser would wait for half a minute before it told anyone.
            route.abort()
            raise
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=read_whole(response))

    context = browser.new_context(**({"viewport": {"width": 360, "height": 740}} | options))
    try:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route("**/*", answer)
        page.goto(f"http://localhost:8700{path}")
        yield page
        assert len(complaints) == len(expected)
        for found, wanted in zip(complaints, expected, strict=True):
            assert found.startswith(wanted)
    finally:
        context.close()


@pytest.fixture
def open_page(browser: "Browser", pages: Client) -> OpenPage:
    """Give `opened_page`, bound to the browser and the client."""
    return lambda path, **options: opened_page(browser, pages, path, **options)
