"""What a browser is asked when a trustee signs a decision, and what came back as an approval (6.3).

It never judges whether the approval holds: core does, against the panel in force.
"""

import json
from typing import Any

import webauthn
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from amanah.core.data_requests.approvals import Approval, ApprovalRefusedError, ApprovalUnreadableError
from amanah.core.data_requests.documents import compute_challenge
from amanah.core.encoding import parse_base64url
from amanah.core.errors import InvalidInputError
from amanah.request_door.trustees.models import Account
from amanah.request_door.trustees.queries import get_own_place, list_own_keys
from amanah.web.passkeys import parse_credential_id


def build_signing_options(account: Account, document: bytes) -> dict[str, Any]:
    """Give what `navigator.credentials.get` is asked for: only this trustee's own keys, and these bytes."""
    _origin, party = get_own_place()
    options = webauthn.generate_authentication_options(
        rp_id=party,
        challenge=compute_challenge(document),
        allow_credentials=[
            PublicKeyCredentialDescriptor(id=parse_base64url(credential))
            for credential, _key in list_own_keys(account)
        ],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    parsed: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return parsed


def parse_signature(account: Account, answer: dict[str, Any]) -> Approval:
    """Read the browser's answer as this trustee's approval; a passkey of anybody else is refused."""
    keys = dict(list_own_keys(account))
    key = keys.get(parse_credential_id(answer))
    if key is None:
        raise ApprovalRefusedError("wrong-key")
    response = answer.get("response")
    if not isinstance(response, dict):
        raise ApprovalUnreadableError("What the browser sent is no signature.")
    return Approval(
        trustee=account.account,
        key=parse_base64url(key),
        authenticator_data=_parse_part(response, "authenticatorData"),
        client_data=_parse_part(response, "clientDataJSON"),
        signature=_parse_part(response, "signature"),
    )


def _parse_part(response: dict[str, Any], name: str) -> bytes:
    text = response.get(name)
    if not isinstance(text, str):
        raise ApprovalUnreadableError("What the browser sent is no signature.")
    try:
        return parse_base64url(text)
    except InvalidInputError as error:
        raise ApprovalUnreadableError("What the browser sent is no signature.") from error
