"""The issuer of the callers' tokens: a Cognito user pool, unless another OIDC issuer is given."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.findings import acknowledge

SIGNED_IN_PATH, SIGNED_OUT_PATH = "/signed-in", "/signed-out"
"""The paths of the console to which the issuer sends people back."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """`url` is the `iss` of its tokens; `audience` the accepted `aud`, or `client_id`. Without `jwks_url`, the address
    of its keys is that in its OpenID configuration."""

    url: str
    audience: str
    jwks_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        found = {"OIDC_ISSUER": self.url, "OIDC_AUDIENCE": self.audience}
        return {**found, "OIDC_JWKS_URL": self.jwks_url} if self.jwks_url else found


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the console signs people in. `configuration` is its config.json; `origin` that of the token endpoint."""

    configuration: Mapping[str, str]
    origin: str


class UserPool(Construct):
    """A user pool whose users sign in with their e-mail address. Members of the group `admin` are administrators.

    Its keys are fetched from `jwks_url`, by default the address in its OpenID configuration. `site` is the address of
    the console, if it is known: people can sign in there. `prefix` is that of the domain of the sign-in pages.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, production: bool, prefix: str, site: str = "", jwks_url: str = ""
    ) -> None:
        super().__init__(scope, construct_id)
        pool = cognito.UserPool(
            self,
            "Pool",
            sign_in_aliases=cognito.SignInAliases(email=True),
            self_sign_up_enabled=False,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=12, require_digits=True, require_lowercase=True, require_uppercase=True, require_symbols=True
            ),
            deletion_protection=production,
            removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
        )
        cognito.CfnUserPoolGroup(
            self,
            "Administrators",
            user_pool_id=pool.user_pool_id,
            group_name="admin",
            description="Administrators",
        )
        client = pool.add_client(
            "Client",
            auth_flows=cognito.AuthFlow(user_srp=True, user_password=True),
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            disable_o_auth=not site,
            o_auth=_code_flow(site) if site else None,
        )
        region = Stack.of(self).region
        self.pool_id = pool.user_pool_id
        self.client_id = client.user_pool_client_id
        url = f"https://cognito-idp.{region}.{Stack.of(self).url_suffix}/{pool.user_pool_id}"
        self.issuer = Issuer(url, self.client_id, jwks_url)
        self.sign_in: SignIn | None = None
        if site:
            domain = pool.add_domain(
                "Domain",
                cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"{prefix}-{Stack.of(self).account}"),
            )
            self.sign_in = SignIn(_endpoints(domain.base_url(), url, self.client_id), domain.base_url())
        reasons = {
            "AwsSolutions-COG2": "Users choose whether they use a second factor; an operator can require it",
            "AwsSolutions-COG3": "Threat protection is a paid plan, which an operator can choose",
            "AwsSolutions-COG8": "Threat protection is a paid plan, which an operator can choose",
        }
        acknowledge(pool, reasons)


def _code_flow(site: str) -> cognito.OAuthSettings:
    """The authorization code flow, which the console uses with PKCE."""
    return cognito.OAuthSettings(
        flows=cognito.OAuthFlows(authorization_code_grant=True),
        scopes=[cognito.OAuthScope.OPENID],
        callback_urls=[f"{site}{SIGNED_IN_PATH}"],
        logout_urls=[f"{site}{SIGNED_OUT_PATH}"],
    )


def _endpoints(base: str, issuer: str, client_id: str) -> dict[str, str]:
    return {
        "issuer": issuer,
        "client_id": client_id,
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "token_endpoint": f"{base}/oauth2/token",
        "end_session_endpoint": f"{base}/logout",
    }
