"""Files with which anybody checks a page without us: the whole bundle, and the person's own paper inside a picture.

Every paper goes out byte for byte as it is kept. Nobody's papers leave before they agreed that their page is shown.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from amanah.core.credentials.bundles import build_bundle
from amanah.core.credentials.chains import Chain
from amanah.core.credentials.papers import Papers
from amanah.core.credentials.reading import encode_jcs
from amanah.programme_door.credentials.cards import draw_card
from amanah.programme_door.credentials.queries import find_document_text
from amanah.programme_door.educators.standings import ScopeStanding


def encode_bundle(standings: Sequence[ScopeStanding], papers: Papers) -> bytes | None:
    """Give the bundle of all lines that a page shows (`spec/credentials.md` 8.1); None without a line or a list."""
    chains = [one.chain for one in standings if one.chain is not None]
    if not chains or papers.root_list is None:
        return None
    hashes = dict.fromkeys([*_list_links(chains), *_list_said_about(chains, papers)])
    texts = [text for digest in hashes if (text := find_document_text(digest.hex())) is not None]
    return encode_jcs(build_bundle(map(_read, texts), papers.root_list.document))


def draw_badge(standings: Sequence[ScopeStanding], address: str) -> bytes | None:
    """Give a picture of the page's code with the person's own paper baked into it; None where nothing is recognised."""
    chain = next((one.chain for one in standings if one.state == "may-teach" and one.chain is not None), None)
    text = find_document_text(chain.links[0].authorisation.document_hash.hex()) if chain else None
    if text is None:
        return None
    return draw_card(address, text)


def _list_links(chains: Iterable[Chain]) -> Iterable[bytes]:
    return (link.authorisation.document_hash for chain in chains for link in chain.links)


def _list_said_about(chains: Iterable[Chain], papers: Papers) -> Iterable[bytes]:
    """List the status lists, notices and lifetimes that speak of these lines and nobody else."""
    subjects, issuers = set(), set()
    for chain in chains:
        for link in chain.links:
            one = link.authorisation
            subjects |= {one.id, one.giver, one.holder, *one.witnesses}
            issuers.add(one.issuer)
    yield from (one.document_hash for one in papers.status_lists if one.issuer in issuers)
    yield from (one.document_hash for one in papers.notices if one.subject in subjects)


def _read(text: str) -> Mapping[str, Any] | str:
    if not text.startswith("{"):
        return text
    document: dict[str, Any] = json.loads(text)
    return document
