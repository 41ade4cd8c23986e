"""The CDK app.

Context:
    stage: `dev` by default; `production` retains its tables and buckets and protects them from deletion.
    oidc_issuer, oidc_audience, oidc_jwks_url: the issuer of the callers' tokens, in place of a Cognito user pool.
    alarm_email: the address to which alarms are sent.
    account_concurrency: the quota of concurrent executions of the account and region. If it is given, the workers and
        the functions that people wait for have reservations.
    models: `none` leaves exported models out of the container.
    sources: a folder to build from in place of the project's root, with its own `layers` and `functions`.
    rehearsal: builds for the AWS stand-in of `make rehearse`.

The upstreams' base URLs, the image hosts and the choice of models are read from the environment of the synthesis. The
upstreams' keys are not.
"""

import os
from pathlib import Path

from aws_cdk import Annotations, App, Tags, Validations
from aws_cdk import aws_apigateway as apigateway
from cdk_nag import AwsSolutionsChecks
from creator_search.catalogue import DEPLOYED_SETTINGS, OPERATIONS, Access, caption_models
from pydantic import TypeAdapter

from infra.concurrency import needed_concurrency, reservations
from infra.constructs.identity import Issuer
from infra.constructs.packaging import MODELS, Platform, missing_models
from infra.data_stack import DataStack
from infra.indexes import defined, deployed, refusals
from infra.monitoring_stack import MonitoringStack
from infra.region_stack import RegionStack
from infra.service_stack import ServiceStack
from infra.toolkit import ROOT
from infra.workers_stack import WorkersStack


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
    given = _issuer(app)
    if refused := refusals(deployed(), defined()):
        raise ValueError("; ".join(refused))
    given_quota = app.node.try_get_context("account_concurrency")
    reserved = reservations(int(given_quota)) if given_quota else {}
    data = DataStack(
        app,
        f"{name}-data",
        production=production,
        prefix=name,
        has_users=given is None,
        jwks_url=str(app.node.try_get_context("oidc_jwks_url") or ""),
        description="Creator Search: tables, buckets, queues, secrets, users",
        termination_protection=production,
    )
    issuer = given or (data.users.issuer if data.users else None)
    assert issuer is not None
    settings = {name: os.environ[name] for name in DEPLOYED_SETTINGS if os.environ.get(name)}
    stack = ServiceStack(
        app,
        name,
        production=production,
        platform=platform,
        settings=settings,
        data=data,
        issuer=issuer,
        reserved=reserved,
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
        description="Creator Search: workers and schedules",
        termination_protection=production,
    )
    require_authorizers(stack)
    if not reserved:
        why = (
            f"The account needs a quota of {needed_concurrency()} concurrent executions of Lambda (a new one has 10); "
        )
        Annotations.of(stack).add_info_v2("creator-search:quota", f"{why}-c account_concurrency=N reserves a part of N")
    if not (platform.models or platform.rehearsal):
        lacking = f"No verified {', '.join(missing)} in {MODELS}" if missing else "The container has no models"
        why = f"{lacking}: captions will be analyzed by rules (see README, Analyzing captions)"
        Annotations.of(stack).add_warning_v2("creator-search:noModels", why)
    if platform.interpreter is None:
        why = f"No Python {platform.python_version} on this machine: the layers contain no .pyc files, and cold starts "
        Annotations.of(stack).add_warning_v2("creator-search:noBytecode", f"{why}take about twice as long")
    if not platform.rehearsal:
        stack.add_stack_dependency(RegionStack(app, "CreatorSearch-region", description="API Gateway's log role"))
        MonitoringStack(
            app,
            f"{stack.stack_name}-monitoring",
            service=stack,
            workers=workers,
            alarm_email=app.node.try_get_context("alarm_email"),
            description="Creator Search: alarms and dashboard",
        )
    Tags.of(app).add("service", "creator-search")
    Tags.of(app).add("stage", stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return stack


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


def _is_set(variable: str) -> bool:
    """Read a boolean from the environment as `creator_search.config` does."""
    return TypeAdapter(bool).validate_python(os.environ.get(variable) or False)


if __name__ == "__main__":
    application = App()
    build(application)
    application.synth()
