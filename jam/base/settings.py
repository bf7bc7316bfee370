"""Settings come from the environment (`JAM_…`) and are read once, when the app is made."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Relative paths in settings start here, whatever folder a command is called from.
ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Everything that differs between two installations of Jam."""

    model_config = SettingsConfigDict(env_prefix="JAM_", extra="ignore", frozen=True)

    #: `sqlite:///…` or `postgresql+psycopg://…`
    database_url: str = "sqlite:///instance/jam.sqlite"
    #: Signs sessions and personal links.
    secret_key: SecretStr = SecretStr("")
    #: Earlier secret keys, separated by commas; links signed by them stay good.
    secret_key_fallbacks: SecretStr = SecretStr("")
    #: The one address that links in mail and feeds carry.
    base_url: str = "http://127.0.0.1:5000"
    #: Slides, attachments and raw reports.
    files: Path = Path("instance/files")
    #: `smtp://user:password@host:port`, `smtps://…`, or `file:folder`.
    mail_url: SecretStr = SecretStr("file:instance/mail")
    #: Sender of every letter and organizer of every calendar entry.
    mail_from: str = "Workforce Solutions Jam <jam@localhost>"
    #: How many letters leave in a minute at most, by all workers together; 0 for as many as there are.
    mail_rate: int = Field(default=0, ge=0, le=100_000)
    #: Constant right-hand side of calendar UIDs.
    uid_domain: str = "jam.workforce-solutions"
    #: For so many days after a case has ended, its presenter's own words and attachments are kept.
    case_originals_days: int = Field(default=180, ge=1, le=3650)
    #: How many proxies stand in front, so how many hops of X-Forwarded-For count.
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    #: Local use: loopback names are allowed beside the base URL. Set by `jam run`, never from the environment.
    loopback: bool = Field(default=False, validation_alias="_jam_loopback_is_not_a_setting")
    #: The secret key is the one kept in `instance/`, since the environment names none. Set by the commands.
    kept_key: bool = Field(default=False, validation_alias="_jam_kept_key_is_not_a_setting")

    @field_validator("base_url")
    @classmethod
    def _base_url_is_http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("JAM_BASE_URL must look like https://jam.example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_one_we_know(cls, value: str) -> str:
        if value.startswith("postgresql://"):
            value = value.replace("postgresql://", "postgresql+psycopg://", 1)
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("JAM_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail_goes_somewhere_we_know(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("file:", "smtp://", "smtps://")):
            raise ValueError("JAM_MAIL_URL must begin with file:, smtp:// or smtps://")
        return value

    @property
    def keys(self) -> list[str]:
        """The secret key, then the earlier ones that still count."""
        earlier = [key.strip() for key in self.secret_key_fallbacks.get_secret_value().split(",")]
        return [self.secret_key.get_secret_value(), *(key for key in earlier if key)]

    @property
    def secure(self) -> bool:
        """Whether the site is reached over https, so that cookies may demand it."""
        return self.base_url.startswith("https://")

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        if not self.database_url.startswith("sqlite:///"):
            return None
        return at_root(Path(self.database_url.removeprefix("sqlite:///")))

    @property
    def sqlalchemy_url(self) -> str:
        """The database URL with a relative SQLite path made absolute."""
        path = self.sqlite_path
        return self.database_url if path is None else f"sqlite:///{path}"

    @cached_property
    def files_folder(self) -> Path:
        """Where files live, absolute."""
        return at_root(self.files)

    @property
    def mail_folder(self) -> Path | None:
        """The folder that receives `.eml` files, or None when mail goes to a server."""
        url = self.mail_url.get_secret_value()
        return at_root(Path(url.removeprefix("file:"))) if url.startswith("file:") else None


def at_root(path: Path) -> Path:
    """A relative path as seen from the project's folder."""
    return path if path.is_absolute() else ROOT / path
