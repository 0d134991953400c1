"""Writes `spec/vectors/credentials/baking.json`: `python -m tests.core.credentials.baking_vectors`."""

import json
from pathlib import Path
from typing import Any

from amanah.core.encoding import encode_base64url
from tests.core.credentials.pictures import BAKED, HOSTILE, WHY

VECTORS = Path(__file__).resolve().parents[3] / "spec" / "vectors" / "credentials"
FILE = "baking.json"
_LARGEST_HERE = 20_000
"""Larger ones are made by the tests alone; nobody wants megabytes of nothing in a file of vectors."""


def build_vectors() -> dict[str, Any]:
    """Give pictures with what comes out of them, and pictures out of which nothing does."""
    return {
        "baked": [
            {"name": name, "picture": encode_base64url(data), "kind": kind, "content": content.decode()}
            for name, (data, kind, content) in BAKED.items()
        ],
        "refused": [
            {"name": name, "picture": encode_base64url(data), "because": WHY[name], "step": "4.3"}
            for name, data in HOSTILE.items()
            if len(data) <= _LARGEST_HERE
        ],
    }


def encode_vectors(vectors: dict[str, Any]) -> str:
    """Give the text of the file."""
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    VECTORS.mkdir(parents=True, exist_ok=True)
    (VECTORS / FILE).write_text(encode_vectors(build_vectors()), encoding="utf-8")
