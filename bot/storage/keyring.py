"""The keys that settings hold: of the vault, and of who the bot is."""

from __future__ import annotations

from pydantic import SecretStr

from bot.errors import SettingsError, VaultError
from bot.flows.identity import Identity
from bot.storage.vault import Vault, parse_keys


def keys_of(text: str, name: str = "SECRET_KEY") -> tuple[bytes, ...]:
    """Return the keys in the text of a setting, the first one first. Raises SettingsError that tells which is none."""
    try:
        return parse_keys(text, name)
    except VaultError as error:
        raise SettingsError(f"{name}: {error}") from None


def vault_of(secret_key: str) -> Vault:
    """Return the vault of what SECRET_KEY holds. Raises SettingsError for a key that is none."""
    return Vault(keys_of(secret_key))


def identity_of(identity_key: SecretStr | None, secret_key: SecretStr | None) -> Identity | None:
    """Return the identity of IDENTITY_KEY, else the one that belongs to the first SECRET_KEY, if there is any.

    Raises SettingsError for a key that is none.
    """
    given, name = (identity_key, "IDENTITY_KEY") if identity_key else (secret_key, "SECRET_KEY")
    return Identity.derived(keys_of(given.get_secret_value(), name)[0]) if given else None
