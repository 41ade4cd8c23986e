"""Settings parsed once from the environment into a frozen object. Besides it, only environment.py reads the
environment."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from creator_search.domain.comments import MAX_COMMENTED_POSTS
from creator_search.environment import ReadSettings, dead_letter_url, in_lambda, resource_name

__all__ = ["DEFAULT_IMAGE_HOSTS", "Config", "dead_letter_url", "in_lambda", "resource_name"]

DEFAULT_IMAGE_HOSTS = ("*.cdninstagram.com", "*.fbcdn.net")


class Config(BaseSettings):
    """Every setting with its default; see docs/configuration.md.

    Raises pydantic's ValidationError, which names the variable, when a value is invalid.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    decodo_base_url: str = "https://scraper-api.decodo.com"
    decodo_api_key: SecretStr | None = None
    decodo_timeout_seconds: float = Field(default=30, gt=0, le=120)
    decodo_requests_per_second: float = Field(default=20, gt=0)
    rapidapi_base_url: str = "https://instagram-scraper-stable-api.p.rapidapi.com"
    rapidapi_host: str = ""
    rapidapi_key: SecretStr | None = None
    rapidapi_timeout_seconds: float = Field(default=10, gt=0, le=120)
    rapidapi_requests_per_second: float = Field(default=20, gt=0)
    posts_per_creator: int = Field(default=100, ge=0, le=400)
    reels_per_creator: int = Field(default=100, ge=0, le=400)
    upstream_secret: str | None = None
    """Name of the Secrets Manager secret with the keys that are not in the environment."""

    image_host_allowlist: Annotated[tuple[str, ...], NoDecode] = DEFAULT_IMAGE_HOSTS
    image_timeout_seconds: float = Field(default=6, gt=0, le=30)

    cdn_base_url: str = ""
    cdn_distribution_id: str = ""

    model_dir: Path | None = None
    """The folder of the exported models, with one subfolder each (catalogue/models.py). Models may be added or removed
    while the process runs."""
    sentiment_english_only: bool = False
    """Use no sentiment model for captions that are not English: the rules determine their sentiment."""
    zero_shot_all: bool = False
    """Score every category for every caption, even if words or a few candidates would decide it."""
    model_budget_seconds: float = Field(default=60, gt=0, le=120)
    """Time limit of the models for one batch of captions; after it, the rules analyze the batch."""

    cursor_key: SecretStr | None = None
    cursor_secret: str | None = None
    """Name of the Secrets Manager secret with the key that signs cursors, where CURSOR_KEY is not set."""

    origin_secret: str | None = None
    """Name of the Secrets Manager secret with the text that CloudFront sends in the header `X-Origin-Key`. Without it,
    the authorizer admits requests that did not come through CloudFront."""

    commenter_key: SecretStr | None = None
    commenter_secret: str | None = None
    """Name of the Secrets Manager secret with the key of the commenters' hashes, where COMMENTER_KEY is not set."""
    commented_posts: int = Field(default=6, ge=0, le=MAX_COMMENTED_POSTS)
    """Newest posts of a creator whose comments are read after a full build; 0 for none."""

    document_cache_seconds: float = Field(default=60, ge=0, le=60)
    """How long a process keeps a document in its memory; 0 for not at all."""
    document_cache_documents: int = Field(default=1000, ge=1, le=100_000)
    document_cache_megabytes: int = Field(default=32, ge=1)
    """The most memory for the bodies of these documents."""

    profile_refreshes_per_run: int = Field(default=500, ge=0, le=500)
    analysis_refreshes_per_run: int = Field(default=25, ge=0, le=500)
    stream_budget_seconds: float = Field(default=120, gt=0, le=840)
    read_budget_seconds: float = Field(default=22, gt=0, le=27)
    similar_budget_seconds: float = Field(default=22, gt=0, le=27)
    job_lease_seconds: float = Field(default=180, gt=0)

    oidc_issuer: str = ""
    """The issuer of the callers' tokens, exactly as in their `iss`; without one, all tokens are refused."""
    oidc_audience: Annotated[tuple[str, ...], NoDecode] = ()
    """The accepted values of `aud` (of `client_id` in tokens without `aud`)."""
    oidc_jwks_url: str = ""
    """The address of the issuer's keys; by default the one in its OpenID configuration."""
    local_caller: bool = False
    """Whether requests from this machine without credentials are those of the user `local`. For the local system only.
    """

    webhook_host_allowlist: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts of webhooks that may have private addresses and plain http: `host[:port]`."""

    rate_limit_reads_per_minute: int = Field(default=300, ge=1)
    rate_limit_upstream_per_minute: int = Field(default=10, ge=1)

    aws_lambda_function_memory_size: int | None = None
    """In MB. Set by Lambda."""
    local_state: Path | None = None
    """The folder of the local system's state."""
    metrics_namespace: str = "CreatorSearch"
    log_level: str = "INFO"

    @property
    def read_settings(self) -> ReadSettings:
        return ReadSettings(**{name: getattr(self, name) for name in ReadSettings.__dataclass_fields__})

    @property
    def longest_work_seconds(self) -> float:
        """The longest time that a job or an answer can be in progress."""
        return max(self.job_lease_seconds, self.read_budget_seconds, self.similar_budget_seconds)

    @field_validator("image_host_allowlist", "webhook_host_allowlist", "oidc_audience", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("image_host_allowlist", "webhook_host_allowlist")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(host.lower() for host in value)

    @field_validator("decodo_base_url", "rapidapi_base_url", "cdn_base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _http_only(self) -> Self:
        for url in (self.decodo_base_url, self.rapidapi_base_url):
            if not url.startswith(("http://", "https://")):
                raise ValueError("an upstream base URL must start with http:// or https://")
        return self
