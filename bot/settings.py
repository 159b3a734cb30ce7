"""Settings: the environment, read once, checked, frozen; secrets never show in a repr."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError

SECRET_FILES = ("BOT_TOKEN", "ADMIN_BOT_TOKEN", "SECRET_KEY", "IDENTITY_KEY")
"""Settings that may also be given as NAME_FILE, a file that holds the value."""

OFFSET = re.compile(r"^([+-]?)(\d{1,2})(?::([0-5]\d)|(\.\d{1,2}))?$")

SANDBOX_TOKEN = "1:sandbox"  # noqa: S105 - only the sandbox takes it, on loopback alone  # nosec B105
SANDBOX_ADMIN = 900001


def _is_http(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write a web address in full, with https:// at its beginning")
    return url.rstrip("/")


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text))
    except ValueError:
        return False


HttpUrl = Annotated[str, AfterValidator(_is_http)]


class Settings(BaseSettings):
    """All that an operator can set; `docs/operating.md` and `.env.example` explain each."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    bot_token: SecretStr | None = None
    admin_bot_token: SecretStr | None = None
    bot_api_url: HttpUrl = "https://api.telegram.org"
    resources: Path = Path("resources.yaml")
    store: str = Field(default="tinydb:data", repr=False)
    database_url: SecretStr | None = None
    secret_key: SecretStr | None = None
    identity_key: SecretStr | None = None
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field(default=(), repr=False)
    approvals: int | None = Field(default=None, ge=1, le=9)
    webhook_url: HttpUrl | None = None
    webhook_secret: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    send_rate: float = Field(default=25, ge=0, le=10_000)
    send_concurrency: int = Field(default=8, ge=1, le=1000)
    utc_offset: timedelta = timedelta()
    digest_hour: int = Field(default=18, ge=0, le=23)
    allow_private_feeds: bool = False
    front: Literal["open", "cover"] = "open"
    start_codes: Annotated[tuple[str, ...], NoDecode] = Field(default=(), repr=False)
    discreet_never: Annotated[tuple[str, ...], NoDecode] = ()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the arguments alone: `read_settings` reads the environment, so that tests can give one."""
        return (init_settings,)

    @field_validator("bot_token", "admin_bot_token", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if re.search(r"[\s\"'“”/]", value.strip()):
            raise ValueError("write the token as @BotFather gave it, without quotes, spaces or slashes")
        return value.strip()

    @field_validator("webhook_secret", mode="before")
    @classmethod
    def _sendable(cls, value: Any) -> Any:
        """Refuse what Telegram would not take as a secret_token (Bot API, setWebhook)."""
        if isinstance(value, str) and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.strip()):
            raise ValueError("write up to 256 letters A to Z, digits, _ and -, and nothing else")
        return value.strip() if isinstance(value, str) else value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isdecimal() and int(part) > 0 for part in parts):
            raise ValueError("write Telegram user ids (digits) with commas between them")
        return tuple(dict.fromkeys(int(part) for part in parts))

    @field_validator("start_codes", mode="before")
    @classmethod
    def _split_codes(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        codes = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
        if not all(re.fullmatch(r"(?!w_)[A-Za-z0-9_-]{6,64}", code) for code in codes):
            raise ValueError("write codes of 6 to 64 letters, digits, _ or -, with commas between; none begins with w_")
        return codes

    @field_validator("discreet_never", mode="before")
    @classmethod
    def _split_words(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(part.strip().casefold() for part in value.split(",") if part.strip()))

    @field_validator("utc_offset", mode="before")
    @classmethod
    def _hours(cls, value: Any) -> Any:
        return parse_utc_offset(value) if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        if self.bot_token and not self.secret_key:
            raise ValueError(
                "SECRET_KEY: it is needed with BOT_TOKEN, because what is kept of people is encrypted; "
                "write what `python -m bot keys new` prints"
            )
        if self.admin_bot_token and self.admin_bot_token == self.bot_token:
            raise ValueError("ADMIN_BOT_TOKEN: it must be the token of another bot than BOT_TOKEN, or be left unset")
        if self.front == "cover" and not self.start_codes:
            raise ValueError("START_CODES: it is needed with FRONT=cover, or nobody could ever come in")
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_SECRET: it is needed with WEBHOOK_URL; write 16 or more random letters")
        if self.store_url.partition(":")[0] not in ("tinydb", "postgresql", "postgres") or not _is_url(self.store_url):
            name = "DATABASE_URL" if self.database_url else "STORE"
            raise ValueError(f"{name}: write tinydb:FOLDER or postgresql://...")
        return self

    @property
    def store_url(self) -> str:
        """Where state is kept: `DATABASE_URL` when the host sets it, else `STORE`."""
        return self.database_url.get_secret_value() if self.database_url else self.store

    @property
    def store_place(self) -> Path | SecretStr:
        """The folder of the TinyDB store, or the address of the database."""
        return self.store_folder or SecretStr(self.store_url)

    @property
    def store_folder(self) -> Path | None:
        """The folder of the TinyDB store, or None for a database."""
        kind, _, rest = self.store_url.partition(":")
        return Path(rest or "data") if kind == "tinydb" else None

    def secrets(self) -> tuple[str, ...]:
        """Return every secret value, for the filter of the logs."""
        fields = (
            self.bot_token,
            self.admin_bot_token,
            self.secret_key,
            self.identity_key,
            self.webhook_secret,
        )
        found = [secret.get_secret_value() for secret in fields if secret]
        if self.store_folder is None:
            # Of the address a library might tell a part alone.
            parts = urlsplit(self.store_url)
            asked = [value for name, value in parse_qsl(parts.query) if name.endswith("password")]
            found += [self.store_url, *asked, parts.password or "", unquote(parts.password or "")]
        return (*filter(None, found), *self.start_codes)


def for_sandbox(settings: Settings, folder: str) -> Settings:
    """Return settings under which the real bot serves the local page: nothing of it leaves the machine or stays."""
    host = "127.0.0.1"
    return settings.model_copy(
        update={
            "bot_token": SecretStr(SANDBOX_TOKEN),
            "bot_api_url": f"http://{host}:{settings.port}",
            "secret_key": SecretStr(base64.b64encode(os.urandom(32)).decode()),
            "store": f"tinydb:{folder}",
            "admin_ids": (SANDBOX_ADMIN,),
            "approvals": 1,
            **dict.fromkeys(("admin_bot_token", "database_url", "webhook_url")),
            "host": host,
            "allow_private_feeds": True,
        }
    )


def parse_utc_offset(text: str) -> timedelta:
    """Read `3`, `+3`, `-4`, `5:30`, `+05:45` or `5.5` as an offset from UTC; raises ValueError outside -12..+14."""
    found = OFFSET.match(text.strip().removeprefix("UTC").strip())
    if found is None:
        raise ValueError("write hours from UTC such as 3, -4 or 5:30")
    sign, hours, minutes, part = found.groups()
    offset = timedelta(hours=int(hours) + float(part or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    if not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        raise ValueError("write hours from UTC between -12 and 14")
    return offset


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Raises SettingsError naming each variable that is wrong, never its value."""
    values = dict(os.environ if environ is None else environ)
    given = {name: values[name.upper()] for name in Settings.model_fields if values.get(name.upper())}
    for name in SECRET_FILES:
        file = values.get(f"{name}_FILE")
        if file and name.lower() not in given:
            given[name.lower()] = _read_secret(name, Path(file), values)
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_in_words(item) for item in error.errors())) from None


def _read_secret(name: str, file: Path, values: Mapping[str, str]) -> str:
    kind, _, folder = values.get("STORE", "tinydb:data").partition(":")
    if kind == "tinydb" and file.resolve().is_relative_to(Path(folder or "data").resolve()):
        raise SettingsError(f"{name}_FILE: it lies inside the store's folder; keep keys and data apart")
    try:
        value = file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{name}_FILE: the file cannot be read; check its path and its rights") from None
    if not value:
        raise SettingsError(f"{name}_FILE: the file is empty; write the value into it")
    return value


def _in_words(item: Any) -> str:
    """Turn one pydantic error into `VARIABLE: what to write`."""
    match item["type"]:
        case "less_than_equal" | "greater_than_equal":
            limits = Settings.model_fields[str(item["loc"][0])].metadata
            low, high = (next(getattr(limit, end) for limit in limits if hasattr(limit, end)) for end in ("ge", "le"))
            message = f"write a number from {low} to {high}"
        case "literal_error":
            message = "write " + str(item["ctx"]["expected"]).replace("'", "")
        case "int_parsing" | "float_parsing":
            message = "write a number in digits"
        case "bool_parsing":
            message = "write 1 or 0"
        case _:
            message = str(item["msg"]).removeprefix("Value error, ")
    return f"{str(item['loc'][0]).upper()}: {message}" if item["loc"] else message
