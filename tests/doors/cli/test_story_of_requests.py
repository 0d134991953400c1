"""The parts of the story of requests: its passkeys, its papers, how it reads pages, and that it believes nobody."""

import hashlib
import io
import textwrap

import httpx
import pypdf
import pytest
import webauthn

from amanah.core.data_requests.held import OFFICES, Holdings, build_holdings
from amanah.core.data_requests.rules import RULES
from amanah.core.encoding import encode_base64url
from amanah.core.errors import VerificationError
from amanah.drill.letters import NOT_HELD, check_reasons, check_what_is_held
from amanah.drill.outside_body import find_case
from amanah.drill.pages import find_form, list_errors, send_form
from amanah.drill.papers import build_paper
from amanah.drill.passkey import SoftPasskey
from amanah.drill.published import (
    check_openings,
    check_report,
    find_band,
    find_people_given,
    list_opened,
)
from amanah.drill.wire import CrowdError
from amanah.request_door.requests.papers import find_paper_refusal
from amanah.web.holdings import PURPOSES
from tests.core.data_requests.record_vectors import build_reports, open_story, seal_story

ORIGIN = "http://localhost:8703"
CHALLENGE = bytes(range(32))
PAGE = """
<form method="get" action="/search/"><input name="q"></form>
<form method="post" action="" enctype="multipart/form-data">
<input type="hidden" name="form_token" value="a&amp;b"><input name="body_name" value="">
<textarea name="people">
first
second</textarea>
<select name="instrument"><option value="">?</option><option value="order" selected>Order</option></select>
<input type="radio" name="secrecy" value="none" checked><input type="radio" name="secrecy" value="ordered">
<input type="checkbox" name="categories" value="identity"><input type="file" name="paper">
<button name="send" type="submit">Send</button></form>
<p class="field-error" id="e1">Write <b>who</b> asks.</p>
"""


def test_the_storys_passkey_is_one_that_a_server_takes() -> None:
    passkey = SoftPasskey(ORIGIN)
    made = webauthn.verify_registration_response(
        credential=passkey.make({"challenge": encode_base64url(CHALLENGE)}),
        expected_challenge=CHALLENGE,
        expected_rp_id="localhost",
        expected_origin=ORIGIN,
        require_user_verification=True,
    )
    used = webauthn.verify_authentication_response(
        credential=passkey.use({"challenge": encode_base64url(CHALLENGE)}),
        expected_challenge=CHALLENGE,
        expected_rp_id="localhost",
        expected_origin=ORIGIN,
        credential_public_key=made.credential_public_key,
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    assert made.credential_id == passkey.credential == used.credential_id


def test_the_storys_papers_are_taken_in_and_say_that_they_are_invented() -> None:
    paper = build_paper(["Give (us) all \\ members", "Noor Nowhere"])
    assert find_paper_refusal(paper) is None
    words = pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    assert words.split("\n")[:3] == [
        "INVENTED PAPER, FOR A DRILL",
        "Give (us) all \\ members",
        "Noor Nowhere",
    ]


def test_a_form_is_read_and_sent_as_a_browser_does() -> None:
    sent: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    form = find_form(PAGE, "form_token", "paper")
    assert form.fields == {
        "form_token": ["a&b"],
        "body_name": [""],
        "people": ["first\nsecond"],
        "instrument": ["order"],
        "secrecy": ["none"],
    }
    with httpx.Client(transport=httpx.MockTransport(take)) as client:
        values = {"body_name": "Police", "categories": ["identity", "answers"]}
        send_form(
            client, f"{ORIGIN}/en/ask/", form, values, {"paper": ("p.pdf", b"%PDF-", "application/pdf")}
        )
    content = sent[0].read()
    assert str(sent[0].url) == f"{ORIGIN}/en/ask/"
    assert content.count(b'name="categories"') == 2
    assert b'name="form_token"\r\n\r\na&b' in content
    assert b'filename="p.pdf"' in content


def test_a_field_that_a_form_does_not_have_is_a_mistake() -> None:
    form = find_form(PAGE, "form_token")
    with httpx.Client() as client, pytest.raises(CrowdError, match="religion"):
        send_form(client, ORIGIN, form, {"religion": "any"})


def test_what_a_page_says_is_wrong_is_told() -> None:
    assert list(list_errors(PAGE)) == ["Write who asks."]
    answer = httpx.Response(200, text=PAGE, request=httpx.Request("POST", f"{ORIGIN}/en/ask/"))
    with pytest.raises(CrowdError, match="Write who asks"):
        find_case(ORIGIN, answer)


@pytest.fixture
def roots() -> dict[int, bytes]:
    return {number: sealed.compute_root() for number, sealed in seal_story().items()}


def test_an_opened_record_counts_only_where_it_was_sealed(roots: dict[int, bytes]) -> None:
    openings = open_story(20_700)
    kinds = [record.kind for record in check_openings(openings, roots)]
    assert sorted(kinds) == ["decision-made", "request-received", "request-received"]
    with pytest.raises(CrowdError, match="period 20700"):
        check_openings(openings, {20_701: roots[20_701]})
    openings[0]["salt"] = openings[1]["salt"]
    with pytest.raises(VerificationError):
        check_openings(openings, roots)


def test_a_report_counts_only_where_the_log_states_it(roots: dict[int, bytes]) -> None:
    first, second = build_reports()
    before = check_report(first, hashlib.sha256(first).hexdigest(), [], roots)
    report = check_report(second, hashlib.sha256(second).hexdigest(), [before], roots)
    assert len(list_opened(report)) == 2
    assert find_people_given(report, "uk-production-order") == 1
    assert find_people_given(report, "uk-notice") is None
    assert find_band(report, "uk-notice") == "25-49"
    assert find_band(report, "uk-production-order") is None
    with pytest.raises(CrowdError, match="2026-q3"):
        check_report(first, "00" * 32, [], roots)
    with pytest.raises(VerificationError):
        check_report(second, hashlib.sha256(second).hexdigest(), [], roots)


def make_holdings(*purposes: str) -> Holdings:
    rows = [("table", purpose, purpose, "forever") for purpose in purposes]
    return build_holdings(dict.fromkeys(OFFICES, rows))


def test_a_letter_says_everything_that_is_held_and_claims_no_more_absent_than_is() -> None:
    holdings = make_holdings("desk-name", "survey-answer")
    said = "\n".join([*textwrap.wrap(PURPOSES["desk-name"], 30), PURPOSES["survey-answer"]])
    absent = f"Who came, and when:\n{NOT_HELD}"
    assert check_what_is_held(f"{said}\n{absent}", holdings, ["attendance", "identity"]) == 1
    with pytest.raises(CrowdError, match="another number"):
        check_what_is_held(said, holdings, ["attendance", "identity"])
    with pytest.raises(CrowdError, match="another number"):
        check_what_is_held(f"{said}\n{absent}\n{absent}", holdings, ["attendance", "identity"])
    with pytest.raises(CrowdError, match="desk-name"):
        check_what_is_held(f"{PURPOSES['survey-answer']}\n{absent}", holdings, ["attendance", "identity"])


def test_a_letter_says_every_rule_that_decided() -> None:
    check_reasons("\n".join(textwrap.wrap(RULES["bring-an-order"], 30)), ["bring-an-order"])
    with pytest.raises(CrowdError, match="on-paper"):
        check_reasons(RULES["bring-an-order"], ["bring-an-order", "on-paper"])
