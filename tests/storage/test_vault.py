"""The vault keeps what it is told, tells a wrong key, and shows nothing of its keys."""

from __future__ import annotations

import base64
import copy
import pickle
import traceback

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import VaultError
from bot.storage.vault import Vault, new_key, parse_keys

KEY, OTHER = bytes(range(32)), bytes(range(100, 132))


def test_parse_keys__standard_urlsafe_unpadded_and_spaces__all_are_read():
    key = bytes([251, 255] * 16)
    standard, urlsafe = base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()
    assert standard != urlsafe
    assert parse_keys(f" {standard}, {urlsafe} ,{urlsafe.rstrip('=')},") == (key, key, key)


@given(st.binary(min_size=16, max_size=200))
def test_seal__whatever_is_sealed__nothing_of_it_can_be_read_in_what_is_kept(plain):
    raw = Vault([KEY]).seal(plain, "field", "record")
    assert plain not in raw
    assert not any(plain[at : at + 8] in raw for at in range(len(plain) - 7) if len(set(plain[at : at + 8])) > 1)


def test_seal__read_by_another_program__is_aes_gcm_bound_to_field_and_record():
    """What the house calls encrypted is so, not only for its own vault."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"waypost/1/encryption").derive(KEY)
    raw = Vault([KEY, OTHER]).seal(b"plain", "field", "record")
    nonce, sealed = raw[6:18], raw[18:]
    assert len(sealed) == len(b"plain") + 16
    assert AESGCM(derived).decrypt(nonce, sealed, b"field\x00record") == b"plain"
    with pytest.raises(InvalidTag):
        AESGCM(derived).decrypt(nonce, sealed, None)


def test_seal__ten_thousand_times__never_the_same_nonce():
    vault = Vault([KEY])
    assert len({vault.seal(b"", "f", "r")[6:18] for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize("text", ["", " , ", "not base64!", "c2hvcnQ=", "A" * 43 + "=,x", "я" * 44])
def test_parse_keys__unusable__raises_without_echoing(text):
    with pytest.raises(VaultError) as caught:
        parse_keys(text)
    shown = "".join(traceback.format_exception(caught.value))
    for part in filter(None, text.replace(" ", "").split(",")):
        assert len(part) < 2 or f"{part}" not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__cause__ is None
    assert "SECRET_KEY" in shown


def test_parse_keys__second_one_too_short__says_which():
    with pytest.raises(VaultError, match="key 2 of SECRET_KEY has 5 bytes"):
        parse_keys(f"{new_key()},c2hvcnQ=")


def test_new_key__twice__differs_and_can_be_parsed():
    assert new_key() != new_key() and len(parse_keys(new_key())[0]) == 32


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY, b""]])
def test_vault__no_key_or_one_of_another_length__raises(keys):
    with pytest.raises(VaultError):
        Vault(keys)


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=30))
def test_decrypt__what_was_encrypted__is_the_same(plain, field, record):
    vault = Vault([KEY])
    assert vault.decrypt(vault.encrypt(plain, field, record), field, record) == plain


def test_encrypt__same_text_twice__looks_different():
    vault = Vault([KEY])
    assert vault.encrypt(b"x", "f", "r") != vault.encrypt(b"x", "f", "r")


@pytest.mark.parametrize(("field", "record"), [("g", "r"), ("f", "s"), ("", "fr"), ("f\x00r", "")])
def test_decrypt__moved_to_another_field_or_record__raises(field, record):
    vault = Vault([KEY])
    with pytest.raises(VaultError):
        vault.decrypt(vault.encrypt(b"x", "f", "r"), field, record)


def test_decrypt__any_bit_flipped__raises():
    vault = Vault([KEY])
    raw = base64.urlsafe_b64decode(vault.encrypt(b"hello", "f", "r"))
    for bit in range(8 * len(raw)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VaultError):
            vault.decrypt(base64.urlsafe_b64encode(flipped).decode(), "f", "r")


@pytest.mark.parametrize("token", ["", "x", "é", "AAAA"])
def test_decrypt__no_token_at_all__raises(token):
    with pytest.raises(VaultError):
        Vault([KEY]).decrypt(token, "f", "r")


def test_decrypt__later_key_of_several__works_and_is_not_current():
    token = Vault([KEY]).encrypt(b"x", "f", "r")
    both = Vault([OTHER, KEY])
    assert both.decrypt(token, "f", "r") == b"x"
    assert not both.is_current(token) and both.is_current(both.encrypt(b"x", "f", "r"))


def test_decrypt__wrong_key__raises():
    with pytest.raises(VaultError, match="does not hold the key"):
        Vault([OTHER]).decrypt(Vault([KEY]).encrypt(b"x", "f", "r"), "f", "r")


def test_lookup_key__same_chat__is_the_same_and_differs_from_others():
    vault = Vault([KEY])
    vault = vault.with_lookup(vault.new_lookup_secret())
    keys = {vault.lookup_key(chat_id) for chat_id in range(-500, 500)}
    assert len(keys) == 1000 and vault.lookup_key(5) == vault.lookup_key(5)


def test_lookup_key__secret_renewed__follows_from_the_old_one_and_not_from_the_old_secret():
    secret = Vault([KEY]).new_lookup_secret()
    old = Vault([KEY]).with_lookup(secret)
    renewed = Vault([OTHER, KEY]).renewed_lookup(secret)
    new = Vault([OTHER]).with_lookup(renewed)
    for chat_id in (5, -1001234567890, 7_312_345_678):
        assert new.successor(old.lookup_key(chat_id)) == new.lookup_key(chat_id) != old.lookup_key(chat_id)
    again = Vault([OTHER]).with_lookup(Vault([OTHER]).renewed_lookup(renewed))
    assert again.successor(new.lookup_key(5)) == again.lookup_key(5)


def test_lookup_key__another_store_with_the_same_key__differs():
    one, two = (Vault([KEY]).with_lookup(Vault([KEY]).new_lookup_secret()) for _ in range(2))
    assert one.lookup_key(5) != two.lookup_key(5)


def test_lookup_key__before_the_secret_was_taken_up__raises():
    with pytest.raises(VaultError):
        Vault([KEY]).lookup_key(5)


def test_repr__of_a_vault__shows_no_key():
    assert repr(Vault([KEY, OTHER])) == "Vault(2 keys)"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_copy__of_a_vault__is_refused(copied):
    with pytest.raises(VaultError):
        copied(Vault([KEY]))
