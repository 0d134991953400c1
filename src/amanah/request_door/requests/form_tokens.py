"""The signed random number that makes one form one request. It is no account and no cookie.

It is no defence against another site's page (that is OwnOriginMiddleware's; with no cookie and no session such a page
has nothing to borrow): it makes the form sent twice one request, and carries the secret of the status link.
"""

import secrets

from django.core import signing

from amanah.core.encoding import encode_base64url, parse_base64url
from amanah.core.errors import InvalidInputError

SECRET_BYTES = 16
_SALT = "amanah.request-door.form"
_ONE_DAY = 86_400


def issue_form_token() -> str:
    """Draw the secret of one form and sign it."""
    return signing.dumps(encode_base64url(secrets.token_bytes(SECRET_BYTES)), salt=_SALT)


def parse_form_token(token: str) -> bytes | None:
    """Give the secret that a form was made with; None for one that is forged or older than a day."""
    try:
        text = signing.loads(token, salt=_SALT, max_age=_ONE_DAY)
        return parse_base64url(text, length=SECRET_BYTES)
    except (signing.BadSignature, InvalidInputError):
        return None
