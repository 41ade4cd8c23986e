"""The options of a synthesis: the context, `-c name=value`, and the environment.

Context:
    stage: `dev` by default; `production` retains its tables and buckets and protects them from deletion.
    oidc_issuer, oidc_audience, oidc_jwks_url: the issuer of the callers' tokens, in place of a Cognito user pool.
    oidc_client_id, oidc_authorization_endpoint, oidc_token_endpoint: with these, people sign in to the console at that
        issuer.
    site: the address at which people open the console, `https://…`; without it they cannot sign in there. After the
        first deployment it may be the address that the output SiteUrl names.
    certificate: the ARN of a certificate of the site's host in us-east-1; with it, the host is the distribution's.
    cors_origin: an origin whose pages may call the API, besides the console's own.
    alarm_email: the address to which alarms are sent.
    account_concurrency: the quota of concurrent executions of the account and region. If it is given, the workers and
        the functions that people wait for have reservations.
    requests_per_second: the throttle of the API's stage, for all callers together: 200 by default. API Gateway allows
        an account 10,000 in a region unless it has a higher quota.
    reports: `on` adds the stack of the reports: a daily export of the table of profiles, and queries of it.
    search: `fill` adds the stack of a search engine and fills its index; with `opensearch`, searches of creators use
        it in place of the table's indexes.
    base_image: the image that the container of analyze_posts starts from, with its digest.
    models: `none` leaves exported models out of the container.
    sources: a folder to build from in place of the project's root, with its own `layers` and `functions`.
    rehearsal: builds for the AWS stand-in of `make rehearse`.

The upstreams' base URLs, the image hosts and the choice of models are read from the environment of the synthesis. The
upstreams' keys are not.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from aws_cdk import App, Environment
from creator_search.catalogue import DEPLOYED_SETTINGS, caption_models
from pydantic import TypeAdapter

from infra.concurrency import reservations, stage_rate
from infra.constructs.identity import Issuer, SignIn
from infra.constructs.packaging import MODELS, Platform, missing_models
from infra.edge_stack import Site
from infra.toolkit import ROOT

_FILLED, _SEARCHED = "fill", "opensearch"
"""The values of `search` in the context."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`issuer` is None if the stage is to have a user pool; `sign_in` is how people sign in to the console with an
    issuer in the context. `missing_models` are not exported or not verified. `settings` are environment variables of
    every function. `reserved` are reserved concurrencies by the names of functions, empty for none. `env` is None
    without credentials: the account and the region are then those of the deployment."""

    stage: str
    platform: Platform
    missing_models: Sequence[str]
    settings: Mapping[str, str]
    env: Environment | None
    issuer: Issuer | None
    jwks_url: str
    sign_in: SignIn | None
    site: Site
    reserved: Mapping[str, int]
    requests_per_second: int
    alarm_email: str | None
    has_reports: bool
    fills_search_engine: bool
    uses_search_engine: bool

    @property
    def name(self) -> str:
        """The beginning of the names of the stacks."""
        return f"CreatorSearch-{self.stage}"

    @property
    def production(self) -> bool:
        return self.stage == "production"

    @classmethod
    def of(cls, app: App) -> Self:
        """Raises ValueError if an option has an invalid value, or needs another one."""
        platform, missing = _platform(app)
        quota, search = _text(app, "account_concurrency"), _text(app, "search")
        if search not in ("", _FILLED, _SEARCHED):
            raise ValueError(f"-c search={search} is neither {_FILLED} nor {_SEARCHED}")
        return cls(
            stage=_text(app, "stage") or "dev",
            platform=platform,
            missing_models=missing,
            settings={name: os.environ[name] for name in DEPLOYED_SETTINGS if os.environ.get(name)},
            env=None if platform.rehearsal else _environment(),
            issuer=_issuer(app),
            jwks_url=_text(app, "oidc_jwks_url"),
            sign_in=_sign_in(app),
            site=_site(app),
            reserved=reservations(int(quota)) if quota else {},
            requests_per_second=stage_rate(app.node.try_get_context("requests_per_second")),
            alarm_email=_text(app, "alarm_email") or None,
            has_reports=_text(app, "reports") == "on",
            fills_search_engine=bool(search) and not platform.rehearsal,
            uses_search_engine=search == _SEARCHED and not platform.rehearsal,
        )


def _text(app: App, name: str) -> str:
    return str(app.node.try_get_context(name) or "")


def _platform(app: App) -> tuple[Platform, Sequence[str]]:
    """Return what the functions are built for, and the models that the container cannot have."""
    sources = Path(_text(app, "sources") or ROOT)
    if _text(app, "rehearsal"):
        return Platform.this_machine(sources), ()
    models = caption_models(english_only=_is_set("SENTIMENT_ENGLISH_ONLY"))
    missing = missing_models(sources / MODELS, models)
    left_out = missing or _text(app, "models") == "none"
    return Platform.aws_lambda(sources, models=() if left_out else models), missing


def _issuer(app: App) -> Issuer | None:
    given = {name: _text(app, f"oidc_{name}") for name in ("issuer", "audience", "jwks_url")}
    if not given["issuer"]:
        return None
    if not given["audience"]:
        raise ValueError("-c oidc_issuer needs -c oidc_audience: the aud, or client_id, of its tokens")
    return Issuer(given["issuer"], given["audience"], given["jwks_url"])


def _sign_in(app: App) -> SignIn | None:
    names = ("issuer", "client_id", "authorization_endpoint", "token_endpoint")
    given = {name: _text(app, f"oidc_{name}") for name in names}
    if not all(given.values()):
        return None
    token_endpoint = urlsplit(given["token_endpoint"])
    return SignIn(given, f"{token_endpoint.scheme}://{token_endpoint.netloc}")


def _site(app: App) -> Site:
    given = {name: _text(app, name) for name in ("site", "certificate", "cors_origin")}
    for name in ("site", "cors_origin"):
        address = urlsplit(given[name])
        if given[name] and given[name] != f"https://{address.netloc}":
            raise ValueError(f"-c {name}={given[name]} is not https:// and a host")
    if given["certificate"] and not given["site"]:
        raise ValueError("-c certificate needs -c site: the address for which it was issued")
    return Site(given["site"], given["certificate"], given["cors_origin"])


def _environment() -> Environment | None:
    """Return the account and the region of the credentials, which the CDK CLI looks up."""
    account, region = os.environ.get("CDK_DEFAULT_ACCOUNT"), os.environ.get("CDK_DEFAULT_REGION")
    return Environment(account=account, region=region) if account and region else None


def _is_set(variable: str) -> bool:
    """Read a boolean from the environment as `creator_search.config` does."""
    return TypeAdapter(bool).validate_python(os.environ.get(variable) or False)
