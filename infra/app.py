"""The CDK app: the stacks of one stage, with the options of infra/options.py."""

from aws_cdk import Annotations, App, Environment, Tags, Validations
from aws_cdk import aws_apigateway as apigateway
from cdk_nag import AwsSolutionsChecks
from creator_search.catalogue import OPERATIONS, Access

from infra.concurrency import needed_concurrency
from infra.console import is_built
from infra.constructs.packaging import MODELS
from infra.data_stack import DataStack
from infra.edge_stack import EdgeStack
from infra.indexes import defined, deployed, refusals
from infra.monitoring_stack import MonitoringStack
from infra.options import Options
from infra.region_stack import RegionStack
from infra.reports_stack import ReportsStack
from infra.search_stack import SearchStack
from infra.service_stack import ServiceStack
from infra.web_acl_stack import WEB_ACL_REGION, WebAclStack
from infra.workers_stack import WorkersStack


def build(app: App) -> ServiceStack:
    """Add all stacks to the app; return that of the API. Raises ValueError if they must not be deployed."""
    options = Options.of(app)
    if refused := refusals(deployed(), defined()):
        raise ValueError("; ".join(refused))
    data = DataStack(
        app,
        f"{options.name}-data",
        production=options.production,
        prefix=options.name,
        has_users=options.issuer is None,
        jwks_url=options.jwks_url,
        site=options.site.url,
        has_stream=options.fills_search_engine,
        env=options.env,
        description="Creator Search: tables, buckets, queues, secrets, users",
        termination_protection=options.production,
    )
    search = _add_search(app, options, data) if options.fills_search_engine else None
    service = _add_service(app, options, data, search)
    workers = WorkersStack(
        app,
        f"{options.name}-workers",
        production=options.production,
        platform=options.platform,
        settings=options.settings,
        data=data,
        namespace=options.name,
        reserved=options.reserved,
        env=options.env,
        description="Creator Search: workers and schedules",
        termination_protection=options.production,
    )
    if not options.platform.rehearsal:
        region = RegionStack(app, "CreatorSearch-region", env=options.env, description="API Gateway's log role")
        service.add_stack_dependency(region)
        _add_monitoring(app, options, service=service, workers=workers, search=search)
        edge = _add_edge(app, options, service)
        edge.add_stack_dependency(workers)  # so that a deployment of the edge alone is a complete stage
    _annotate(service, options)
    Tags.of(app).add("service", "creator-search")
    Tags.of(app).add("stage", options.stage)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return service


def _add_search(app: App, options: Options, data: DataStack) -> SearchStack:
    return SearchStack(
        app,
        f"{options.name}-search",
        production=options.production,
        platform=options.platform,
        settings=options.settings,
        data=data,
        namespace=options.name,
        env=options.env,
        description="Creator Search: a search engine for creators",
    )


def _add_service(app: App, options: Options, data: DataStack, search: SearchStack | None) -> ServiceStack:
    issuer = options.issuer or (data.users.issuer if data.users else None)
    assert issuer is not None
    service = ServiceStack(
        app,
        options.name,
        production=options.production,
        platform=options.platform,
        settings=options.settings,
        data=data,
        issuer=issuer,
        reserved=options.reserved,
        requests_per_second=options.requests_per_second,
        collection=search.collection if search and options.uses_search_engine else None,
        env=options.env,
        description="Creator Search: Instagram creator analytics",
        termination_protection=options.production,
    )
    require_authorizers(service)
    return service


def _add_monitoring(
    app: App, options: Options, *, service: ServiceStack, workers: WorkersStack, search: SearchStack | None
) -> None:
    """Add the alarms, and the reports, which have one, if they are wanted."""
    reports = None
    if options.has_reports:
        reports = ReportsStack(
            app,
            f"{options.name}-reports",
            data=service.data,
            env=options.env,
            description="Creator Search: exports of the table of profiles, and reports on them",
        )
    MonitoringStack(
        app,
        f"{options.name}-monitoring",
        service=service,
        workers=workers,
        reports=reports,
        search=search,
        alarm_email=options.alarm_email,
        env=options.env,
        description="Creator Search: alarms and dashboard",
    )


def _add_edge(app: App, options: Options, service: ServiceStack) -> EdgeStack:
    env = options.env
    elsewhere = env is not None and env.region != WEB_ACL_REGION
    acl = None
    if options.production:
        acl = WebAclStack(
            app,
            f"{options.name}-web-acl",
            env=Environment(account=env.account, region=WEB_ACL_REGION) if env else None,
            cross_region_references=elsewhere,
            description="Creator Search: the web ACL",
        )
    users = service.data.users
    sign_in = users.sign_in if users else options.sign_in
    edge = EdgeStack(
        app,
        f"{options.name}-edge",
        production=options.production,
        service=service,
        site=options.site,
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
        why = "Users cannot sign in to the console: see `site` and `oidc_client_id` in infra/options.py"
        Annotations.of(edge).add_warning_v2("creator-search:noSignIn", why)
    return edge


def _annotate(service: ServiceStack, options: Options) -> None:
    """Say what the options leave out, when the stacks are synthesised."""
    annotations, platform = Annotations.of(service), options.platform
    if not options.reserved:
        needed = needed_concurrency(options.requests_per_second)
        why = f"The account needs a quota of {needed} concurrent executions of Lambda (a new one has 10); "
        annotations.add_info_v2("creator-search:quota", f"{why}-c account_concurrency=N reserves a part of N")
    if not (platform.models or platform.rehearsal):
        missing = ", ".join(options.missing_models)
        lacking = f"No verified {missing} in {MODELS}" if missing else "The container has no models"
        why = f"{lacking}: captions will be analyzed by rules (see docs/captions.md)"
        annotations.add_warning_v2("creator-search:noModels", why)
    if platform.interpreter is None:
        why = f"No Python {platform.python_version} on this machine: the layers contain no .pyc files, and cold starts "
        annotations.add_warning_v2("creator-search:noBytecode", f"{why}take about twice as long")


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


if __name__ == "__main__":
    application = App()
    build(application)
    application.synth()
