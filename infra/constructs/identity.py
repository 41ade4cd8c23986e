"""The issuer of the callers' tokens: a Cognito user pool, unless another OIDC issuer is given."""

from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.nag import acknowledge


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


class UserPool(Construct):
    """A user pool whose users sign in with their e-mail address. Members of the group `admin` are administrators.

    Its keys are fetched from `jwks_url`, by default the address in its OpenID configuration.
    """

    def __init__(self, scope: Construct, construct_id: str, *, production: bool, jwks_url: str = "") -> None:
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
        )
        region = Stack.of(self).region
        self.pool_id = pool.user_pool_id
        self.client_id = client.user_pool_client_id
        url = f"https://cognito-idp.{region}.{Stack.of(self).url_suffix}/{pool.user_pool_id}"
        self.issuer = Issuer(url, self.client_id, jwks_url)
        reasons = {
            "AwsSolutions-COG2": "Users choose whether they use a second factor; an operator can require it",
            "AwsSolutions-COG3": "Threat protection is a paid plan, which an operator can choose",
            "AwsSolutions-COG8": "Threat protection is a paid plan, which an operator can choose",
        }
        acknowledge(pool, reasons)
