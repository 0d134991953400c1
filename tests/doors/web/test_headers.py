"""What every answer carries, who may post, and what a refusal says."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from amanah.web.middleware import compute_content_policy
from tests.doors.web.conftest import read_whole

STYLE = "amanah/page.css"
EVERYWHERE = ["/en/components/", "/en/counter/", "/en/fail/refused/", "/en/fail/bug/", "/nowhere/", "STATIC"]


def _get(pages: Client, path: str) -> Any:
    answer = pages.get(f"{django_settings.STATIC_URL}{STYLE}" if path == "STATIC" else path)
    read_whole(answer)
    return answer


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_strict_headers(pages: Client, path: str) -> None:
    headers = _get(pages, path).headers
    assert headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'; "
    )
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers
    assert "cookie" not in headers.get("Vary", "").lower()


def test_pages_talk_only_to_their_own_gates() -> None:
    config = django_settings.AMANAH
    policy = dict(rule.split(" ", 1) for rule in compute_content_policy(config, "programme").split("; "))
    gates = {config.urls["card"], config.urls["spending"], config.urls["log"]}
    assert set(policy["connect-src"].split()) == {"'self'"} | gates
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in repr(policy)
    at_requests = compute_content_policy(config, "request")
    assert config.urls["card"] not in at_requests
    assert config.urls["spending"] not in at_requests


def test_only_a_camera_page_may_ask_for_the_camera(pages: Client) -> None:
    assert "camera=(self)" in pages.get("/en/camera/").headers["Permissions-Policy"]
    assert "camera=()" in pages.get("/en/counter/").headers["Permissions-Policy"]


def test_tls_is_remembered_even_if_a_proxy_says_nothing(pages: Client, settings: Any) -> None:
    assert "Strict-Transport-Security" not in pages.get("/en/counter/").headers
    settings.SECURE_HSTS_SECONDS = 60
    assert (
        Client().get("/en/counter/").headers["Strict-Transport-Security"] == "max-age=60; includeSubDomains"
    )


def test_files_may_be_kept_for_ever_because_their_address_names_the_release(pages: Client) -> None:
    answer = _get(pages, "STATIC")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/css")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://localhost:8700"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_only_our_own_pages_may_post(pages: Client, headers: dict[str, str], status: int) -> None:
    assert pages.post("/desk/", headers=headers).status_code == status


def test_a_post_with_a_cookie_must_say_where_it_comes_from(pages: Client) -> None:
    pages.cookies["desk"] = "something"
    assert pages.post("/desk/").status_code == 403


@pytest.mark.django_db
def test_the_desks_notice_is_shown_once_and_its_cookie_stays_at_the_desk(pages: Client) -> None:
    answer = pages.post("/desk/", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.cookies["desk"]["path"] == "/desk"
    assert answer.cookies["desk"]["httponly"]
    assert answer.cookies["desk"]["samesite"] == "Strict"
    assert pages.get("/desk/").content == b"en [['yes', 'Saved.']]"
    assert pages.get("/desk/").content == b"en []"


@pytest.mark.django_db
def test_the_desk_remembers_the_chosen_language(pages: Client) -> None:
    assert pages.get("/desk/?language=ar").content.startswith(b"ar")
    assert pages.get("/desk/").content.startswith(b"ar")
    assert pages.get("/desk/?language=xx").content.startswith(b"ar")


@pytest.mark.parametrize(
    ("kind", "status"), [("unreadable", 400), ("unproven", 422), ("refused", 409), ("bug", 500)]
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_refusal_is_a_page_in_words(pages: Client, kind: str, status: int, language: str) -> None:
    answer = pages.get(f"/{language}/fail/{kind}/")
    text = answer.content.decode()
    assert answer.status_code == status
    assert "secret detail" not in text
    assert ("Nothing" if language == "en" else "لم ي") in text
    assert 'dir="rtl"' in text if language == "ar" else 'dir="ltr"' in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_that_does_not_exist_gets_a_page_in_words(pages: Client) -> None:
    answer = pages.get("/en/nowhere/")
    assert answer.status_code == 404
    assert "There is no page here." in answer.content.decode()


def test_logs_name_the_place_in_the_code_and_nothing_of_the_request() -> None:
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.test import Client\n"
        "settings.ROOT_URLCONF = 'tests.doors.web.urls'\n"
        "client = Client(raise_request_exception=False, REMOTE_ADDR='203.0.113.9', SERVER_NAME='localhost')\n"
        "codes = [client.get(path).status_code for path in ('/en/fail/bug/', '/en/7K4MQ2XD0VHN/', '/en/counter/')]\n"
        "codes.append(client.get('/en/counter/', SERVER_NAME='evil.example').status_code)\n"
        "print(codes)\n"
    )
    root = Path(__file__).parents[3]
    # A process of its own: pytest adds handlers to every logger, even to those that were silenced.
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": f"{root / 'src'}:{root}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[500, 404, 200, 400]"
    assert "A page failed: ZeroDivisionError at " in done.stderr
    for secret in ("203.0.113.9", "7K4MQ2XD0VHN", "secret detail", "evil.example", "/en/"):
        assert secret not in done.stderr


def test_a_browser_is_sent_to_its_language_and_to_the_first_one_otherwise(pages: Client) -> None:
    wanted = pages.get("/join/", headers={"Accept-Language": "fr, ar-JO;q=0.9, en;q=0.8"})
    assert (wanted.status_code, wanted.headers["Location"]) == (302, "/ar/join/")
    assert pages.get("/").headers["Location"] == "/en/"


def test_https_pages_upgrade_whatever_they_name() -> None:
    config = django_settings.AMANAH
    safe = dataclasses.replace(config, urls=dict.fromkeys(config.urls, "https://one.example"))
    assert "upgrade-insecure-requests" in compute_content_policy(safe, "programme")
    assert "upgrade-insecure-requests" not in compute_content_policy(config, "programme")
