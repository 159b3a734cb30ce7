"""Signing who a bot is, and checking what others show (Ed25519, RFC 8032)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.core.identity import Statement, armored, taken_apart
from bot.errors import NotAllowed

SEED_SIZE = 32
FINGERPRINT = 20
"""Letters of a fingerprint: 100 bits, more than anybody can make a second key for."""


class Identity:
    """The key pair of one bot; the private half never leaves this object."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def derived(cls, secret_key: bytes) -> Identity:
        """Return the identity that belongs to a key of SECRET_KEY; it tells nothing about that key."""
        info = b"waypost/1/identity"
        return cls(HKDF(algorithm=SHA256(), length=SEED_SIZE, salt=None, info=info).derive(secret_key))

    @property
    def key(self) -> str:
        """The public key, in letters."""
        return base64.urlsafe_b64encode(self._public).decode().rstrip("=")

    @property
    def fingerprint(self) -> str:
        """What people compare: five groups of four letters."""
        return fingerprint(self.key)

    def signed(self, bot: str, run_by: str, website: str, signed_on: date, valid_until: date) -> str:
        """Return the signed statement as text."""
        body = Statement(bot, run_by, website, signed_on, valid_until, self.key).body()
        return armored(body, base64.urlsafe_b64encode(self._private.sign(body.encode())).decode().rstrip("="))


def fingerprint(key: str) -> str:
    """Return the fingerprint of a public key."""
    letters = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:FINGERPRINT]
    return " ".join(letters[start : start + 4] for start in range(0, FINGERPRINT, 4))


def checked(text: str, today: date, key: str = "") -> Statement:
    """Return the statement in a text when it counts today, signed by `key` where one is given.

    Raises NotAllowed that says why it does not count.
    """
    found = taken_apart(text)
    if found is None:
        raise NotAllowed("there is no whole identity statement in it")
    statement, signature = found
    try:
        public = Ed25519PublicKey.from_public_bytes(_bytes(statement.key))
        public.verify(_bytes(signature), statement.body().encode())
    except (InvalidSignature, ValueError, binascii.Error):
        raise NotAllowed("the signature does not fit: the statement was changed or made up") from None
    if key and key.strip() not in (statement.key, fingerprint(statement.key)):
        raise NotAllowed("it is signed with another key than the one you gave")
    if not statement.signed_on <= today <= statement.valid_until:
        raise NotAllowed(f"it counts from {statement.signed_on} until {statement.valid_until} only")
    return statement


def _bytes(letters: str) -> bytes:
    return base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
