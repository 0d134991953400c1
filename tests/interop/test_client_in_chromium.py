"""The client's modules in a real browser, under the strictest content policy: keys, store, worker, camera pictures."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.passes.tokens import TokenVerifier, parse_token
from tests.core.passes.material import SESSION, SURVEY, open_issuer
from tests.support.client_modules import build_client_modules

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'"
PAGE = b"<!doctype html><html lang=en><meta charset=utf-8><title>Client</title><p>Client</p>"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the client's modules under `/client/` and one empty page."""

    def do_GET(self) -> None:
        if self.path != "/":
            self.path = self.path.removeprefix("/client")
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)
        return None

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(build_client_modules()))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser, address) -> Iterator[Any]:
    context = browser.new_context()
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert [problem for problem in problems if "favicon" not in problem and "404" not in problem] == []


def run(page: Any, script: str, **values: Any) -> Any:
    """Run a script that may load the client's modules with `load(NAME)`."""
    load = "const load = (name) => import(`/client/${name}.js`);"
    return page.evaluate(f"async (values) => {{ {load} {script} }}", values)


def test_this_browser_can_hold_a_card(page):
    assert run(page, "return (await load('cards')).isBrowserFit();") is True


def test_a_card_key_survives_a_reload_and_cannot_be_taken_out(page):
    sign = "cards.signInDomain(card.signingKey, 'amanah/test/v1', new Uint8Array(3))"
    first = run(
        page,
        f"""const [cards, {{openStore}}] = [await load('cards'), await load('store')];
        const card = await cards.openCard(new Uint8Array(16), new Uint8Array(16));
        await (await openStore()).change({{put: {{card}}}});
        return Array.from(await {sign});""",
    )
    page.reload()
    again, exported = run(
        page,
        f"""const [cards, {{openStore}}] = [await load('cards'), await load('store')];
        const card = await (await openStore()).read('card');
        const exported = await crypto.subtle.exportKey('pkcs8', card.signingKey).catch(() => 'refused');
        return [Array.from(await {sign}), exported];""",
    )
    assert again == first
    assert exported == "refused"


def test_after_everything_is_destroyed_the_browser_holds_nothing(page):
    left = run(
        page,
        """const [{openStore}, {Journey}, {openSurroundings}] =
            [await load('store'), await load('journey'), await load('device')];
        const facts = {community: 'x', urls: {card: '', log: '', spending: ''}, log: {}, register_window: 1};
        const journey = new Journey(await openSurroundings(facts));
        await journey.begin(new Uint8Array(16));
        const before = (await indexedDB.databases()).length;
        await journey.forget();
        return [before, (await indexedDB.databases()).length, localStorage.length, document.cookie];""",
    )
    assert left == [1, 0, 0, ""]


def test_a_worker_makes_passes_that_core_signs_and_verifies_and_says_how_far_it_is(page):
    issuers = [open_issuer(2), open_issuer(1)]
    occasions = [
        {"descriptor": occasion.descriptor(), "spki": encode_base64url(issuer.public_key.spki)}
        for occasion, issuer in zip((SESSION, SURVEY), issuers, strict=True)
    ]
    blinded = run(
        page,
        """const [{workerMaker}, {parseBase64url, encodeBase64url}] = [await load('device'), await load('encoding')];
        const occasions = values.occasions.map(({descriptor, spki}) => ({descriptor, spki: parseBase64url(spki)}));
        globalThis.steps = [];
        const progress = (done, of) => globalThis.steps.push([done, of]);
        globalThis.pending = await workerMaker.blind(occasions, progress);
        return globalThis.pending.map((pass) => encodeBase64url(pass.token.blinded));""",
        occasions=occasions,
    )
    signatures = [
        encode_base64url(issuer.sign_blinded(parse_base64url(message)))
        for issuer, message in zip(issuers, blinded, strict=True)
    ]
    tokens, spoiled, steps = run(
        page,
        """const [{workerMaker}, {parseBase64url, encodeBase64url}] = [await load('device'), await load('encoding')];
        const facts = {wave: '89abcdef01234567', matureAt: 0};
        const progress = (done, of) => globalThis.steps.push([done, of]);
        const signatures = values.signatures.map((text) => parseBase64url(text));
        const result = await workerMaker.finalize(globalThis.pending, signatures, facts, progress);
        const tokens = result.passes.map((pass) => encodeBase64url(pass.token));
        return [tokens, result.spoiled, globalThis.steps];""",
        signatures=signatures,
    )
    assert spoiled == []
    assert steps == [[1, 2], [2, 2], [1, 2], [2, 2]]
    for token, occasion, issuer in zip(tokens, (SESSION, SURVEY), issuers, strict=True):
        verifier = TokenVerifier(issuer.public_key, occasion.challenge_digest(occasion.issuer_name))
        verifier.verify(parse_token(parse_base64url(token)))


def test_a_key_that_is_no_key_fails_in_the_worker_with_its_reason(page):
    code = run(
        page,
        """const {workerMaker} = await load('device');
        const occasions = [{descriptor: values.descriptor, spki: new Uint8Array(342)}];
        return workerMaker.blind(occasions, () => {}).then(() => 'made', (error) => error.code);""",
        descriptor=SURVEY.descriptor(),
    )
    assert code == "key-not-fit"


def test_a_code_drawn_on_the_screen_is_read_from_its_pixels(page):
    text = "AMANAH:" + "7WE QE" * 70
    read = run(
        page,
        """const [{encodeQr, toSvgPath}, {decodeQr}] = [await load('pages/qr'), await load('pages/qr_reading')];
        const {path, size} = toSvgPath(await encodeQr(values.text));
        const canvas = new OffscreenCanvas(size * 4, size * 4);
        const brush = canvas.getContext('2d');
        brush.fillStyle = 'white';
        brush.fillRect(0, 0, size * 4, size * 4);
        brush.scale(4, 4);
        brush.fillStyle = 'black';
        brush.fill(new Path2D(path));
        return decodeQr(brush.getImageData(0, 0, size * 4, size * 4));""",
        text=text,
    )
    assert read == text


def test_two_tabs_never_move_the_same_card_on_at_the_same_time(page):
    order = run(
        page,
        """const {holdDevice} = await load('store');
        const order = [];
        const work = (name) => holdDevice(async () => {
          order.push(`${name} begins`);
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push(`${name} ends`);
        });
        await Promise.all([work('a'), work('b')]);
        return order;""",
    )
    assert order == ["a begins", "a ends", "b begins", "b ends"]


def test_a_log_that_cannot_be_reached_is_a_reason_and_no_crash(page):
    report = run(
        page,
        """const [{Journey}, {openSurroundings}, {openPassingStore}] =
            [await load('journey'), await load('device'), await load('pages/passing_store')];
        const urls = {card: '/none', log: '/none', spending: '/none'};
        const log = {origin: 'x', vkey: 'x', witnesses: [], groups: [], quorum: 'none'};
        const facts = {community: 'x', urls, log, register_window: 1};
        const journey = new Journey(await openSurroundings(facts, openPassingStore()));
        await journey.begin(new Uint8Array(16));
        await journey.confirmCodes();
        return JSON.stringify(await journey.advance());""",
    )
    assert json.loads(report)["hindrance"]["code"] == "log-unreachable"
