"""The vault: encryption of single fields (AES-GCM) and the keys under which people are looked up (HMAC)."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import VaultError

KEY_SIZE = 32
NONCE_SIZE = 12
KEY_ID_SIZE = 6
LOOKUP_SIZE = 16


def new_key() -> str:
    """Return a fresh key as it is written into SECRET_KEY: base64 of 32 random bytes."""
    return base64.b64encode(os.urandom(KEY_SIZE)).decode()


def parse_keys(text: str, name: str = "SECRET_KEY") -> tuple[bytes, ...]:
    """Read a setting of that name: comma-separated base64 (standard or URL-safe, padded or not) of 32 bytes each.

    Raises VaultError that tells which key is wrong, never what was written.
    """
    keys = []
    for number, part in enumerate((part.strip() for part in text.split(",")), start=1):
        if not part:
            continue
        standard = part.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise VaultError(f"key {number} of {name} is not base64; make one with `keys new`") from None
        if len(key) != KEY_SIZE:
            raise VaultError(f"key {number} of {name} has {len(key)} bytes, not {KEY_SIZE}; make one with `keys new`")
        keys.append(key)
    if not keys:
        raise VaultError(f"{name} is empty; make one with `keys new`")
    return tuple(keys)


class Vault:
    """Encrypts with the first key, decrypts with every one; knows people only by an HMAC of their chat id.

    The HMAC's secret belongs to the store, which keeps it encrypted: `new_lookup_secret` makes it, `with_lookup` takes
    it up. With a new first key it is renewed: `successor` then leads from every lookup key to the one that follows it,
    without a chat id, so that whoever knows the old secret cannot tell which row is whose.
    """

    __slots__ = ("_ciphers", "_current", "_keys", "_lookup")

    def __init__(self, keys: Sequence[bytes], lookup_secret: bytes = b"") -> None:
        """Take keys of 32 bytes. Raises VaultError when there is none or one has another length."""
        if not keys or any(len(key) != KEY_SIZE for key in keys):
            raise VaultError(f"a vault needs at least one key, each of {KEY_SIZE} bytes")
        self._keys = tuple(keys)
        self._ciphers = {
            _derive(key, b"id", KEY_ID_SIZE): AESGCM(_derive(key, b"encryption")) for key in reversed(keys)
        }
        self._current = _derive(keys[0], b"id", KEY_ID_SIZE)
        parts = (lookup_secret[start : start + KEY_SIZE] for start in range(0, len(lookup_secret), KEY_SIZE))
        self._lookup = tuple(_derive(part, b"lookup") for part in parts)

    def __repr__(self) -> str:
        return f"Vault({len(self._keys)} keys)"

    def __reduce__(self) -> str:
        raise VaultError("a vault cannot be copied out of the process")

    def encrypt(self, plain: bytes, field: str, record: str) -> str:
        """Return URL-safe base64 of what `seal` returns."""
        return base64.urlsafe_b64encode(self.seal(plain, field, record)).decode()

    def decrypt(self, token: str, field: str, record: str) -> bytes:
        """Return what was encrypted for that field of that record. Raises VaultError as `unseal` does."""
        try:
            raw = base64.urlsafe_b64decode(token)
        except (binascii.Error, ValueError):
            raise VaultError("an encrypted field is not what was written") from None
        return self.unseal(raw, field, record)

    def seal(self, plain: bytes, field: str, record: str) -> bytes:
        """Return key id, nonce and ciphertext; bound to the field's name and the record's key."""
        nonce = os.urandom(NONCE_SIZE)
        return self._current + nonce + self._ciphers[self._current].encrypt(nonce, plain, _bound_to(field, record))

    def unseal(self, raw: bytes, field: str, record: str) -> bytes:
        """Return what was sealed for that field of that record.

        Raises VaultError when no key fits or the bytes were altered or moved.
        """
        cipher = self._ciphers.get(raw[:KEY_ID_SIZE])
        if cipher is None:
            raise VaultError("SECRET_KEY does not hold the key that this store was written with")
        nonce, sealed = raw[KEY_ID_SIZE : KEY_ID_SIZE + NONCE_SIZE], raw[KEY_ID_SIZE + NONCE_SIZE :]
        try:
            return cipher.decrypt(nonce, sealed, _bound_to(field, record))
        except (InvalidTag, ValueError):
            raise VaultError("an encrypted field is not what was written, or belongs to another record") from None

    def is_current(self, token: str) -> bool:
        """Say whether a token was encrypted with the first key (eight characters tell: six bytes of key id)."""
        return token[:8] == base64.urlsafe_b64encode(self._current).decode()

    def is_known(self, sealed: bytes) -> bool:
        """Say whether some sealed bytes carry the mark of one of the keys."""
        return sealed[:KEY_ID_SIZE] in self._ciphers

    def new_lookup_secret(self) -> str:
        """Return a random secret for lookup keys, encrypted: what a new store keeps in its meta."""
        return self.encrypt(os.urandom(KEY_SIZE), "lookup", "store")

    def with_lookup(self, secret: str) -> Vault:
        """Return this vault with a store's encrypted lookup secret taken up. Raises VaultError for a wrong key."""
        return Vault(self._keys, self.decrypt(secret, "lookup", "store"))

    def rewrap(self, secret: str) -> str:
        """Return the same lookup secret encrypted with the first key."""
        return self.encrypt(self.decrypt(secret, "lookup", "store"), "lookup", "store")

    def renewed_lookup(self, secret: str) -> str:
        """Return a lookup secret that continues this one, encrypted with the first key."""
        return self.encrypt(self.decrypt(secret, "lookup", "store") + os.urandom(KEY_SIZE), "lookup", "store")

    def lookup_key(self, chat_id: int) -> str:
        """Return the 22 characters under which a chat is kept: 128 bits of HMAC-SHA256, once for each renewal.

        Raises VaultError before a lookup secret was taken up.
        """
        if not self._lookup:
            raise VaultError("the store's lookup secret was not taken up yet")
        key = str(chat_id)
        for secret in self._lookup:
            key = _keyed(secret, key)
        return key

    def successor(self, key: str) -> str:
        """Return what became of a lookup key when the secret was last renewed."""
        return _keyed(self._lookup[-1], key)


def _keyed(secret: bytes, text: str) -> str:
    digest = hmac.digest(secret, text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:LOOKUP_SIZE]).rstrip(b"=").decode()


def _derive(key: bytes, purpose: bytes, size: int = KEY_SIZE) -> bytes:
    """Return an independent key for one purpose, so that none tells about another."""
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=b"waypost/1/" + purpose).derive(key)


def _bound_to(field: str, record: str) -> bytes:
    return f"{field}\x00{record}".encode()
