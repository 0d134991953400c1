"""The list of another invented community, for tests."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanah.core.credentials.proofs import JCS, sign_document
from amanah.core.credentials.reading import compute_document_hash, encode_jcs
from amanah.core.credentials.root_lists import RootListDraft, build_root_list
from amanah.core.credentials.times import encode_time
from tests.doors.credentials.town import NOW, build_root, make_key


def sign_other_list(
    number: int = 1,
    *,
    key: Ed25519PrivateKey | None = None,
    did: str = "",
    name: str = "Other House Invented",
) -> tuple[bytes, str]:
    if key is None:
        key, did = make_key()
    draft = RootListDraft(
        community=did,
        name=name,
        previous=bytes(32) if number > 1 else None,
        number=number,
        dated=NOW,
        roots=(build_root(name="Other Elder Invented", scopes=("fiqh",)),),
    )
    signed = sign_document(build_root_list(draft), key, created=encode_time(NOW), suites=(JCS,), issuer=did)
    return encode_jcs(signed), compute_document_hash(signed).hex()
