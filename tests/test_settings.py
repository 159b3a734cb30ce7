"""Settings: each fault names its variable and never its value; nothing secret shows; everything is documented."""

import base64
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, for_sandbox, read_settings

ROOT = Path(__file__).parents[1]
KEY = base64.b64encode(b"k" * 32).decode()
TOKEN = "123456:AAtesttesttesttesttesttesttest"


def test_read__empty_environment__the_sandbox_with_defaults() -> None:
    settings = read_settings({})
    assert settings.bot_token is None
    assert (settings.port, settings.host, settings.send_rate, settings.send_concurrency) == (8080, "127.0.0.1", 25, 8)
    assert str(settings.store_folder) == "data"


def test_read__a_token_without_a_key__refused() -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEY: "):
        read_settings({"BOT_TOKEN": TOKEN})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("SEND_RATE", "-1"),
        ("SEND_CONCURRENCY", "0"),
        ("ADMIN_IDS", "anna, 5"),
        ("UTC_OFFSET", "Moscow"),
        ("UTC_OFFSET", "20"),
        ("DIGEST_HOUR", "24"),
        ("LOG_LEVEL", "LOUD"),
        ("WEBHOOK_URL", "somewhere"),
        ("STORE", "mysql://x"),
        ("APPROVALS", "0"),
        ("ALLOW_PRIVATE_FEEDS", "perhaps"),
    ],
)
def test_read__something_unreadable__names_the_variable_but_not_the_value(name, value) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({name: value})
    assert str(raised.value).startswith(f"{name}: ")
    assert not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", str(raised.value))


def test_read__names_in_small_letters__belong_to_other_programs() -> None:
    assert read_settings({"port": "none", "host": "x", "PORT": "81"}).port == 81
    assert read_settings({"port": "none", "host": "x"}).host == "127.0.0.1"


def test_read__several_faults__all_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"PORT": "x", "DIGEST_HOUR": "y"})
    assert {line.split(":")[0] for line in str(raised.value).splitlines()} == {"PORT", "DIGEST_HOUR"}


def test_read__webhook_without_secret__refused() -> None:
    with pytest.raises(SettingsError, match=r"^WEBHOOK_SECRET: "):
        read_settings({"WEBHOOK_URL": "https://bot.example.org/hook"})


def test_read__secrets_from_files(tmp_path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "key").write_text(KEY)
    settings = read_settings({"BOT_TOKEN_FILE": str(tmp_path / "token"), "SECRET_KEY_FILE": str(tmp_path / "key")})
    assert settings.secrets() == (TOKEN, KEY)


@pytest.mark.parametrize("name", ["BOT_TOKEN", "SECRET_KEY"])
def test_read__an_empty_secret_file__refused_by_the_name_of_its_variable(tmp_path, name) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(SettingsError, match=rf"^{name}_FILE: the file is empty"):
        read_settings({f"{name}_FILE": str(tmp_path / "empty")})


def test_read__a_secret_file_from_a_windows_editor__is_read(tmp_path) -> None:
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbf" + KEY.encode() + b"\r\n")
    assert read_settings({"SECRET_KEY_FILE": str(tmp_path / "key")}).secrets() == (KEY,)


def test_read__the_key_inside_the_stores_folder__refused(tmp_path) -> None:
    (tmp_path / "key").write_text(KEY)
    with pytest.raises(SettingsError, match=r"SECRET_KEY_FILE: it lies inside the store's folder"):
        read_settings({"SECRET_KEY_FILE": str(tmp_path / "key"), "STORE": f"tinydb:{tmp_path}"})


def test_sandbox__whatever_the_host_and_token__this_machine_only_and_a_token_that_opens_nothing(tmp_path) -> None:
    local = for_sandbox(read_settings({"HOST": "0.0.0.0", "BOT_TOKEN": TOKEN, "SECRET_KEY": KEY}), str(tmp_path))
    assert local.host == "127.0.0.1" and local.bot_api_url.startswith("http://127.0.0.1:")
    assert TOKEN not in local.secrets() and KEY not in local.secrets()


def test_repr__holds_no_secret_and_no_admin() -> None:
    settings = read_settings({"BOT_TOKEN": TOKEN, "SECRET_KEY": KEY, "ADMIN_IDS": "777777777"})
    for secret in (TOKEN, KEY, "777777777"):
        assert secret not in repr(settings)
        assert secret not in str(settings)


def test_read__the_second_bot_is_the_first__refused() -> None:
    with pytest.raises(SettingsError, match="ADMIN_BOT_TOKEN: it must be the token of another bot"):
        read_settings({"BOT_TOKEN": TOKEN, "SECRET_KEY": KEY, "ADMIN_BOT_TOKEN": TOKEN})


@pytest.mark.parametrize("ids", ["0", "1,0", "-5", "x", "1;2"])
def test_read__admin_ids_that_are_none__refused(ids) -> None:
    with pytest.raises(SettingsError, match=r"^ADMIN_IDS: "):
        read_settings({"ADMIN_IDS": ids})


@pytest.mark.parametrize(
    ("text", "minutes"), [("3", 180), ("+3", 180), ("-4", -240), ("5:30", 330), ("UTC+5:45", 345), ("-3.5", -210)]
)
def test_utc_offset__as_people_write_it(text, minutes) -> None:
    assert read_settings({"UTC_OFFSET": text}).utc_offset == timedelta(minutes=minutes)


@pytest.mark.parametrize("file", [".env.example", "docs/operating.md"])
def test_every_setting_is_documented(file) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if not re.search(rf"\b{name.upper()}\b", text)]
    assert missing == []


def test_front__cover_without_a_code__refused_because_nobody_could_come_in() -> None:
    with pytest.raises(SettingsError, match=r"^START_CODES: "):
        read_settings({"FRONT": "cover"})
    assert read_settings({"FRONT": "cover", "START_CODES": "leaflet-7Hq2"}).start_codes == ("leaflet-7Hq2",)
    assert read_settings({}).front == "open"


@pytest.mark.parametrize("codes", ["short", "w_looks-like-a-friends", "with space", "x" * 65, "fine-one, ü-umlaut"])
def test_start_codes__what_no_link_can_hold__refused_without_showing_it(codes) -> None:
    with pytest.raises(SettingsError, match=r"^START_CODES: ") as raised:
        read_settings({"START_CODES": codes})
    assert codes not in str(raised.value)


def test_start_codes__are_secrets_to_the_log() -> None:
    settings = read_settings({"START_CODES": "leaflet-7Hq2, leaflet-9Kd1"})
    assert settings.secrets() == ("leaflet-7Hq2", "leaflet-9Kd1")
    assert "leaflet" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "99999", "PORT: write a number from 0 to 65535"),
        ("PORT", "eighty", "PORT: write a number in digits"),
        ("SEND_RATE", "-1", "SEND_RATE: write a number from 0 to 10000"),
        ("DIGEST_HOUR", "24", "DIGEST_HOUR: write a number from 0 to 23"),
        ("FRONT", "closed", "FRONT: write open or cover"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL: write DEBUG, INFO, WARNING or ERROR"),
        ("ALLOW_PRIVATE_FEEDS", "maybe", "ALLOW_PRIVATE_FEEDS: write 1 or 0"),
        ("BOT_API_URL", "telegram", "BOT_API_URL: write a web address in full, with https:// at its beginning"),
        (
            "WEBHOOK_SECRET",
            "not this!",
            "WEBHOOK_SECRET: write up to 256 letters A to Z, digits, _ and -, and nothing else",
        ),
        ("DATABASE_URL", "mysql://u:p@h/d", "DATABASE_URL: write tinydb:FOLDER or postgresql://..."),
        ("UTC_OFFSET", "5:75", "UTC_OFFSET: write hours from UTC such as 3, -4 or 5:30"),
        ("BOT_TOKEN", '"1:abc"', "BOT_TOKEN: write the token as @BotFather gave it, without quotes, spaces or slashes"),
        (
            "BOT_TOKEN",
            "bot 1:abc",
            "BOT_TOKEN: write the token as @BotFather gave it, without quotes, spaces or slashes",
        ),
    ],
)
def test_a_wrong_value__says_what_to_write_and_never_shows_it(name, value, told) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"SECRET_KEY": "k", name: value})
    assert str(raised.value) == told


def test_a_token__spaces_around_it_do_no_harm() -> None:
    settings = read_settings({"BOT_TOKEN": " 1:abc\n", "SECRET_KEY": "k"})
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "1:abc"
