"""The CDK app.

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
from pathlib import Path
from urllib.parse import urlsplit

from aws_cdk import Annotations, App, Environment, Tags, Validations
from aws_cdk import aws_apigateway as apigateway
from cdk_nag import AwsSolutionsChecks
from creator_search.catalogue import DEPLOYED_SETTINGS, OPERATIONS, Access, caption_models
from pydantic import TypeAdapter

from infra.concurrency import needed_concurrency, reservations, stage_rate
from infra.console import is_built
from infra.constructs.identity import Issuer, SignIn
from infra.constructs.packaging import MODELS, Platform, missing_models
from infra.data_stack import DataStack
from infra.edge_stack import EdgeStack, Site
from infra.indexes import defined, deployed, refusals
from infra.monitoring_stack import MonitoringStack
from infra.region_stack import RegionStack
from infra.reports_stack import ReportsStack
from infra.search_stack import SearchStack
from infra.service_stack import ServiceStack
from infra.toolkit import ROOT
from infra.web_acl_stack import WEB_ACL_REGION, WebAclStack
from infra.workers_stack import WorkersStack

_FILLED, _SEARCHED = "fill", "opensearch"
"""The values of `search` in the context."""


def build(app: App) -> ServiceStack:
    stage = app.node.try_get_context("stage") or "dev"
    sources = Path(app.node.try_get_context("sources") or ROOT)
    models = caption_models(english_only=_is_set("SENTIMENT_ENGLISH_ONLY"))
    missing = missing_models(sources / MODELS, models)
    if app.node.try_get_context("rehearsal"):
        platform = Platform.this_machine(sources)
    else:
        left_out = missing or app.node.try_get_context("models") == "none"
        platform = Platform.aws_lambda(sources, models=() if left_out else models)
    name, production = f"CreatorSearch-{stage}", stage == "production"
    given, site = _issuer(app), _site(app)
    env = None if platform.rehearsal else _environment()
    search = _search_option(app, platform)
    if refused := refusals(deployed(), defined()):
        raise ValueError("; ".join(refused))
    given_quota = app.node.try_get_context("account_concurrency")
    reserved = reservations(int(given_quota)) if given_quota else {}
    rate = stage_rate(app.node.try_get_context("requests_per_second"))
    data = DataStack(
        app,
        f"{name}-data",
        production=production,
        prefix=name,
        has_users=given is None,
        jwks_url=str(app.node.try_get_context("oidc_jwks_url") or ""),
        site=site.url,
        has_stream=search is not None,
        env=env,
        description="Creator Search: tables, buckets, queues, secrets, users",
        termination_protection=production,
    )
    issuer = given or (data.users.issuer if data.users else None)
    assert issuer is not None
    settings = {name: os.environ[name] for name in DEPLOYED_SETTINGS if os.environ.get(name)}
    engine = None
    if search:
        engine = SearchStack(
            app,
            f"{name}-search",
            production=production,
            platform=platform,
            settings=settings,
            data=data,
            namespace=name,
            env=env,
            description="Creator Search: a search engine for creators",
        )
    stack = ServiceStack(
        app,
        name,
        production=production,
        platform=platform,
        settings=settings,
        data=data,
        issuer=issuer,
        reserved=reserved,
        requests_per_second=rate,
        collection=engine.collection if engine and search == _SEARCHED else None,
        env=env,
        description="Creator Search: Instagram creator analytics",
        termination_protection=production,
    )
    workers = WorkersStack(
        app,
        f"{name}-workers",
        production=production,
        platform=platform,
        settings=settings,
        data=data,
        namespace=name,
        reserved=reserved,
        env=env,
        description="Creator Search: workers and schedules",
        termination_protection=production,
    )
    require_authorizers(stack)
    if not reserved:
        needed = needed_concurrency(rate)
        why = f"The account needs a quota of {needed} concurrent executions of Lambda (a new one has 10); "
        Annotations.of(stack).add_info_v2("creator-search:quota", f"{why}-c account_concurrency=N reserves a part of N")
    if not (platform.models or platform.rehearsal):
        lacking = f"No verified {', '.join(missing)} in {MODELS}" if missing else "The container has no models"
        why = f"{lacking}: captions will be analyzed by rules (see docs/captions.md)"
        Annotations.of(stack).add_warning_v2("creator-search:noModels", why)
    if platform.interpreter is None:
        why = f"No Python {platform.python_version} on this machine: the layers contain no .pyc files, and cold starts "
        Annotations.of(stack).add_warning_v2("creator-search:noBytecode", f"{why}take about twice as long")
    if not platform.rehearsal:
        stack.add_stack_dependency(
            RegionStack(app, "CreatorSearch-region", env=env, description="API Gateway's log role")
        )
        reports = _reports(app, f"{name}-reports", data, env)
        MonitoringStack(
            app,
            f"{stack.stack_name}-monitoring",
            service=stack,
            workers=workers,
            reports=reports,
            search=engine,
            alarm_email=app.node.try_get_context("alarm_email"),
            env=env,
            description="Creator Search: alarms and dashboard",
        )
        sign_in = data.users.sign_in if data.users else _sign_in(app)
        edge = _add_edge(app, stack, production=production, site=site, sign_in=sign_in, env=env)
        edge.add_stack_dependency(workers)  # so that a deployment of the edge alone is a complete stage
    Tags.of(app).add("service", "creator-search")
    Tags.of(app).add("stage", stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return stack


def _add_edge(
    app: App,
    service: ServiceStack,
    *,
    production: bool,
    site: Site,
    sign_in: SignIn | None,
    env: Environment | None,
) -> EdgeStack:
    name = service.stack_name
    elsewhere = env is not None and env.region != WEB_ACL_REGION
    acl = None
    if production:
        acl = WebAclStack(
            app,
            f"{name}-web-acl",
            env=Environment(account=env.account, region=WEB_ACL_REGION) if env else None,
            cross_region_references=elsewhere,
            description="Creator Search: the web ACL",
        )
    edge = EdgeStack(
        app,
        f"{name}-edge",
        production=production,
        service=service,
        site=site,
        sign_in=sign_in,
        web_acl_arn=acl.arn if acl else None,
        env=env,
        cross_region_references=elsewhere,
        description="Creator Search: the console, and the distribution in front of it and of the API",
    )
    if not is_built():
        why = "The console is not built (`make console`): the distribution serves the API only"
        Annotations.of(edge).add_warning_v2("creator-search:noConsole", why)
    if sign_in is None:
        why = "Users cannot sign in to the console: see `site` and `oidc_client_id` in infra/app.py"
        Annotations.of(edge).add_warning_v2("creator-search:noSignIn", why)
    return edge


def _search_option(app: App, platform: Platform) -> str | None:
    """Raises ValueError. The rehearsal has no search engine."""
    given = app.node.try_get_context("search")
    if given not in (None, _FILLED, _SEARCHED):
        raise ValueError(f"-c search={given} is neither {_FILLED} nor {_SEARCHED}")
    return None if platform.rehearsal else given


def _reports(app: App, name: str, data: DataStack, env: Environment | None) -> ReportsStack | None:
    """Return the stack of the reports, if the context asks for it."""
    if app.node.try_get_context("reports") != "on":
        return None
    about = "Creator Search: exports of the table of profiles, and reports on them"
    return ReportsStack(app, name, data=data, env=env, description=about)


def require_authorizers(stack: ServiceStack) -> None:
    """Raises ValueError if a method of the API, other than those of public operations, has no authorizer."""
    public = {operation.name for operation in OPERATIONS if operation.access is Access.PUBLIC}
    methods = [found for found in stack.node.find_all() if isinstance(found, apigateway.CfnMethod)]
    unprotected = [
        str(found.operation_name or found.node.path)
        for found in methods
        if found.operation_name not in public and found.authorization_type != "CUSTOM"
    ]
    if unprotected:
        raise ValueError(f"operations without an authorizer: {', '.join(sorted(unprotected))}")


def _issuer(app: App) -> Issuer | None:
    """Return the issuer in the context, or None if the stack is to have a user pool."""
    given = {name: str(app.node.try_get_context(f"oidc_{name}") or "") for name in ("issuer", "audience", "jwks_url")}
    if not given["issuer"]:
        return None
    if not given["audience"]:
        raise ValueError("-c oidc_issuer needs -c oidc_audience: the aud, or client_id, of its tokens")
    return Issuer(given["issuer"], given["audience"], given["jwks_url"])


def _sign_in(app: App) -> SignIn | None:
    """Return how people sign in to the console at the issuer in the context, or None if that is not in the context."""
    names = ("issuer", "client_id", "authorization_endpoint", "token_endpoint")
    given = {name: str(app.node.try_get_context(f"oidc_{name}") or "") for name in names}
    if not all(given.values()):
        return None
    token_endpoint = urlsplit(given["token_endpoint"])
    return SignIn(given, f"{token_endpoint.scheme}://{token_endpoint.netloc}")


def _site(app: App) -> Site:
    """Raises ValueError."""
    given = {name: str(app.node.try_get_context(name) or "") for name in ("site", "certificate", "cors_origin")}
    for name in ("site", "cors_origin"):
        address = urlsplit(given[name])
        if given[name] and given[name] != f"https://{address.netloc}":
            raise ValueError(f"-c {name}={given[name]} is not https:// and a host")
    if given["certificate"] and not given["site"]:
        raise ValueError("-c certificate needs -c site: the address of which it is")
    return Site(given["site"], given["certificate"], given["cors_origin"])


def _environment() -> Environment | None:
    """Return the account and the region of the credentials, which the CDK CLI looks up; None without credentials."""
    account, region = os.environ.get("CDK_DEFAULT_ACCOUNT"), os.environ.get("CDK_DEFAULT_REGION")
    return Environment(account=account, region=region) if account and region else None


def _is_set(variable: str) -> bool:
    """Read a boolean from the environment as `creator_search.config` does."""
    return TypeAdapter(bool).validate_python(os.environ.get(variable) or False)


if __name__ == "__main__":
    application = App()
    build(application)
    application.synth()
