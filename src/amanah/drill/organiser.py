"""The organiser of a drill, at the desk over HTTP like any other: signs in, registers invitations, closes.

The organiser's own name and password are real desk data; nothing of a member passes through here.
"""

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Sequence

import httpx

from amanah.core.encoding import JsonValue, encode_base64url
from amanah.drill.wire import CrowdError

LARGEST_BATCH = 500
_ROOM_CODE = re.compile(r'id="room-code"[^>]*>\s*([0-9A-Z]{4})-([0-9A-Z]{4})')
_CODE_SECRET = re.compile(r'id="code-secret"[^>]*>\s*([A-Z2-7 ]+)')


class Organiser:
    """One signed-in organiser."""

    def __init__(self, programme_url: str) -> None:
        self._client = httpx.Client(
            base_url=programme_url,
            headers={"Origin": programme_url, "Sec-Fetch-Site": "same-origin"},
            timeout=60,
            follow_redirects=True,
            trust_env=False,
        )

    def close(self) -> None:
        """Leave the desk."""
        self._client.close()

    def register(self, setup_url: str, name: str = "Drill Organiser") -> None:
        """Become the first organiser, by password and one-time code."""
        address = setup_url.rstrip("/") + "/account/"
        found = _CODE_SECRET.search(self._get(address))
        if found is None:
            raise CrowdError("The setup page shows no secret for one-time codes.")
        secret = base64.b32decode(
            found.group(1).replace(" ", "") + "=" * (-len(found.group(1).replace(" ", "")) % 8)
        )
        fields = {
            "name": name,
            "password": secrets.token_urlsafe(24),
            "code": compute_one_time_code(secret, int(time.time())),
        }
        answer = self._client.post(address, data=fields)
        if answer.status_code != 200 or "/desk/" not in str(answer.url) or "setup" in str(answer.url):
            raise CrowdError("The drill could not make an organiser's account.")

    def register_invitations(self, hashes: Sequence[bytes]) -> None:
        """Send the hashes of printed invitations, at most 500 a batch."""
        for start in range(0, len(hashes), LARGEST_BATCH):
            batch = [encode_base64url(item) for item in sorted(hashes[start : start + LARGEST_BATCH])]
            answer = self._client.post(
                "/desk/invitations/", json={"hashes": batch, "medium": "sheet", "replacement": False}
            )
            if answer.status_code != 200:
                raise CrowdError("The desk did not take the drill's invitations.")

    def read_room_code(self, occasion: str) -> str:
        """Read the code that the screen in the room shows now."""
        found = _ROOM_CODE.search(self._get(f"/desk/sessions/{occasion}/screen/"))
        if found is None:
            raise CrowdError("The room's screen shows no code.")
        return found.group(1) + found.group(2)

    def read_occasions(self) -> list[dict[str, JsonValue]]:
        """Read the public list of occasions."""
        occasions: list[dict[str, JsonValue]] = self._client.get("/occasions.json").json()["occasions"]
        return occasions

    def close_occasion(self, occasion: str) -> None:
        """Close for good, as the button does."""
        if self._client.post(f"/desk/close/{occasion}/").status_code != 200:
            raise CrowdError("The desk did not close the occasion.")

    def fetch_recount(self, occasion: str) -> bytes | None:
        """Fetch the recount bundle, or None while it is not there."""
        answer = self._client.get(f"/recounts/{occasion}.json")
        return answer.content if answer.status_code == 200 else None

    def fetch_results(self, occasion: str) -> bytes | None:
        """Fetch what is published about a closed survey, or None while it is not there."""
        answer = self._client.get(f"/surveys/{occasion}/results.json")
        return answer.content if answer.status_code == 200 else None

    def _get(self, path: str) -> str:
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise CrowdError(f"The page {path.split('?', maxsplit=1)[0]} answered {answer.status_code}.")
        return answer.text


def compute_one_time_code(secret: bytes, now: int) -> str:
    """Give the six digits of RFC 6238 that an app would show (SHA-1, 30 seconds)."""
    mac = hmac.digest(secret, (now // 30).to_bytes(8), hashlib.sha1)
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"
