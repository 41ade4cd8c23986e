"""The CDK app. Context: `stage` (default dev; `production` protects its data), `rehearsal` (for the stand-in), `models`
(`none` leaves exported models out of the container).

The upstreams' base URLs and the image hosts come from the environment that synthesises; their keys never do.
"""

import os

from aws_cdk import Annotations, App, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infra.constructs.bundling import Platform, missing_models
from infra.service_stack import ServiceStack

_SETTINGS = (
    "DECODO_BASE_URL",
    "DECODO_REQUESTS_PER_SECOND",
    "RAPIDAPI_BASE_URL",
    "RAPIDAPI_HOST",
    "RAPIDAPI_REQUESTS_PER_SECOND",
    "IMAGE_HOST_ALLOWLIST",
    "LOG_LEVEL",
)


def build(app: App) -> ServiceStack:
    stage = app.node.try_get_context("stage") or "dev"
    missing = missing_models()
    platform = Platform(
        rehearsal=bool(app.node.try_get_context("rehearsal")),
        models=app.node.try_get_context("models") != "none" and not missing,
    )
    stack = ServiceStack(
        app,
        f"CreatorSearch-{stage}",
        production=stage == "production",
        platform=platform,
        settings={name: os.environ[name] for name in _SETTINGS if os.environ.get(name)},
        description="Creator Search: Instagram creator analytics",
        termination_protection=stage == "production",
    )
    if not (platform.models or platform.rehearsal):
        lacking = f"No verified {', '.join(missing)} in models/int8" if missing else "The container has no models"
        why = f"{lacking}: rules will read the captions (see README, Reading captions)"
        Annotations.of(stack).add_warning_v2("creator-search:noModels", why)
    Tags.of(stack).add("service", "creator-search")
    Tags.of(stack).add("stage", stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return stack


if __name__ == "__main__":
    application = App()
    build(application)
    application.synth()
