"""Which key signs who the bot is."""

from __future__ import annotations

from pydantic import SecretStr

from bot.errors import SettingsError, VaultError
from bot.flows.identity import Identity
from bot.storage.vault import parse_keys


def identity_of(identity_key: SecretStr | None, secret_key: SecretStr | None) -> Identity | None:
    """Return the identity of IDENTITY_KEY, else the one that belongs to the first SECRET_KEY, if there is any.

    Raises SettingsError for a key that is none.
    """
    given = identity_key or secret_key
    if given is None:
        return None
    name = "IDENTITY_KEY" if identity_key else "SECRET_KEY"
    try:
        return Identity.derived(parse_keys(given.get_secret_value())[0])
    except VaultError as error:
        raise SettingsError(f"{name}: {str(error).replace('SECRET_KEY', name)}") from None
