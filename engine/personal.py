"""Personal data as the log holds it: sealed with a key of each person's own, which is kept outside the log.

Who destroys the key destroys the value, and the log stays as it was sealed. It draws no random bytes itself."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from engine.envelope import KINDS
from engine.fields import SEALED

Entropy = Callable[[int], bytes]  # so many random bytes
Json = dict[str, Any]

TOKEN = f"{SEALED}1:"
KEY_BYTES = 32
NONCE_BYTES = 12
CORRECTED = "entry_corrected"


def is_sealed(value: object) -> bool:
    """Whether a value is the token that stands in the log for a personal one."""
    return isinstance(value, str) and value.startswith(TOKEN)


def seal(text: str, key: bytes, person: str, nonce: bytes) -> str:
    """The token of a text (AES-256-GCM). It opens with the person's key only, and for that person only.

    `nonce` is 12 random bytes, never used twice with one key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    closed = AESGCM(_derived(key, b"seal")).encrypt(nonce, text.encode(), person.encode())
    return TOKEN + b64encode(nonce + closed).decode()


def unseal(token: str, key: bytes | None, person: str) -> str | None:
    """The text of a token; None where the key is gone, or is not the one that it was sealed with."""
    if key is None:
        return None
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        data = b64decode(token.removeprefix(TOKEN), validate=True)
        opened = AESGCM(_derived(key, b"seal")).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], person.encode())
        return opened.decode()
    except (InvalidTag, NotBase64, ValueError):
        return None


def fingerprint(value: bytes, key: bytes) -> str:
    """What tells two values apart, and tells nothing to whoever has not the key: he cannot try names until one fits."""
    return hmac.new(_derived(key, b"digest"), value, sha256).hexdigest()


def places(kind: str, data: Json) -> Iterator[tuple[Json, str]]:
    """Where personal values stand in an event's data: the object, and the name in it."""
    if kind == CORRECTED:
        fields = _personal(data["kind"])
        if data.get("field") in fields:
            yield data, "value"
        for name in fields:
            yield data["data"], name
    else:
        for name in _personal(kind):
            yield data, name


def _personal(kind: str) -> tuple[str, ...]:
    known = KINDS.get(kind)
    return known.PERSONAL if known else ()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"khcn-personal/1 " + purpose, sha256).digest()
