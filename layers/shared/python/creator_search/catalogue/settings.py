"""Environment variables that a deployment passes to every function, and the keys that it keeps in a secret."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """An upstream provider. `name` is the beginning of the names of its endpoints. `key` is the name of its key, as a
    variable and in the secret; `settings` are its other variables.
    """

    name: str
    key: str
    base_url: str
    settings: tuple[str, ...] = ()


PROVIDERS: tuple[Provider, ...] = (
    Provider(name="decodo", key="DECODO_API_KEY", base_url="DECODO_BASE_URL", settings=("DECODO_REQUESTS_PER_SECOND",)),
    Provider(
        name="rapidapi",
        key="RAPIDAPI_KEY",
        base_url="RAPIDAPI_BASE_URL",
        settings=("RAPIDAPI_HOST", "RAPIDAPI_REQUESTS_PER_SECOND"),
    ),
)
ISSUER_SETTINGS = ("OIDC_ISSUER", "OIDC_AUDIENCE", "OIDC_JWKS_URL")
"""The issuer of the callers' tokens. The authorizer has them."""
DEPLOYED_SETTINGS: tuple[str, ...] = (
    *(name for provider in PROVIDERS for name in (provider.base_url, *provider.settings)),
    "ANALYSIS_REFRESHES_PER_RUN",
    "COMMENTED_POSTS",
    "IMAGE_HOST_ALLOWLIST",
    "LOG_LEVEL",
    "MODEL_BUDGET_SECONDS",
    "POSTS_PER_CREATOR",
    "PROFILE_REFRESHES_PER_RUN",
    "RATE_LIMIT_READS_PER_MINUTE",
    "RATE_LIMIT_UPSTREAM_PER_MINUTE",
    "READ_BUDGET_SECONDS",
    "REELS_PER_CREATOR",
    "SENTIMENT_ENGLISH_ONLY",
    "SIMILAR_BUDGET_SECONDS",
    "WEBHOOK_HOST_ALLOWLIST",
)
"""Does not include keys, which are in the secret."""
