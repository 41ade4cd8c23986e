"""Who calls: credentials, limits, and what belongs to callers."""

from typing import TYPE_CHECKING

from creator_search import current
from creator_search.bootstrap.secrets import Secrets
from creator_search.catalogue import Table
from creator_search.domain.limits import RequestClass
from creator_search.environment import resource_name
from creator_search.parts import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from creator_search.services import ports
    from creator_search.services.activity import ActivityRecorder
    from creator_search.services.api_keys import ApiKeys
    from creator_search.services.audit import Auditor
    from creator_search.services.authentication import Authenticator
    from creator_search.services.favorites import Favorites
    from creator_search.services.limits import RequestLimiter


class Callers(Secrets):
    # Credentials

    @Part
    def authenticator(self) -> "Authenticator":
        from creator_search.services.authentication import Authenticator

        return Authenticator(
            self.token_verifier, self.api_key_store, clock=self.clock, failures=self.failures("authentication")
        )

    @Part
    def token_verifier(self) -> "ports.TokenVerifier":
        from creator_search.adapters.oidc import IssuerKeys, OidcTokenVerifier

        settings = self.config
        keys = IssuerKeys(settings.oidc_issuer, settings.oidc_jwks_url, self.clock)
        return OidcTokenVerifier(settings.oidc_issuer, settings.oidc_audience, keys)

    @Part
    def api_key_store(self) -> "ports.ApiKeyStore":
        from creator_search.adapters.dynamodb.api_keys import DynamoDBApiKeyStore

        return DynamoDBApiKeyStore(self.dynamodb, accounts=resource_name(Table.ACCOUNTS), clock=self.clock)

    @Part
    def api_keys(self) -> "ApiKeys":
        from creator_search.services.api_keys import ApiKeys

        return ApiKeys(self.api_key_store, self.clock)

    # Limits

    @Part
    def request_counts(self) -> "ports.RequestCounts":
        from creator_search.adapters.dynamodb.limits import DynamoDBRequestCounts

        return DynamoDBRequestCounts(self.cache_dynamodb, control=resource_name(Table.CONTROL))

    @Part
    def request_limiter(self) -> "RequestLimiter":
        from creator_search.services.limits import RequestLimiter

        limits = {
            RequestClass.READS: self.read_settings.rate_limit_reads_per_minute,
            RequestClass.UPSTREAM: self.read_settings.rate_limit_upstream_per_minute,
        }
        return RequestLimiter(
            self.request_counts, limits, clock=self.clock, metrics=self.metrics, failures=self.failures("limits")
        )

    @Part
    def take_upstream(self) -> "Callable[[], None]":
        """Counts the request that is being handled as one that can reach the upstream. Raises RateLimited."""
        return current.take_upstream

    # What belongs to callers

    @Part
    def favorite_store(self) -> "ports.FavoriteStore":
        from creator_search.adapters.dynamodb.activity import DynamoDBFavoriteStore

        return DynamoDBFavoriteStore(self.dynamodb, accounts=resource_name(Table.ACCOUNTS), clock=self.clock)

    @Part
    def favorites(self) -> "Favorites":
        from creator_search.services.favorites import Favorites

        return Favorites(self.favorite_store, self.tombstones, self.clock)

    @Part
    def tombstones(self) -> "ports.Tombstones":
        from creator_search.adapters.dynamodb.tombstones import DynamoDBTombstones

        return DynamoDBTombstones(self.dynamodb, erasures=resource_name(Table.ERASURES), clock=self.clock)

    @Part
    def activity_store(self) -> "ports.ActivityStore":
        from creator_search.adapters.dynamodb.activity import DynamoDBActivityStore

        return DynamoDBActivityStore(
            self.dynamodb, accounts=resource_name(Table.ACCOUNTS), clock=self.clock, new_id=self.new_id
        )

    @Part
    def activity_recorder(self) -> "ActivityRecorder":
        from creator_search.services.activity import ActivityRecorder

        return ActivityRecorder(self.activity_store, clock=self.clock, failures=self.failures("activity"))

    @Part
    def caller_rows(self) -> "ports.CallerRows":
        from creator_search.adapters.dynamodb.caller_rows import DynamoDBCallerRows

        return DynamoDBCallerRows(self.dynamodb, accounts=resource_name(Table.ACCOUNTS))

    # Audit

    @Part
    def audit_log(self) -> "ports.AuditLog":
        from creator_search.adapters.dynamodb.audit import DynamoDBAuditLog

        return DynamoDBAuditLog(
            self.dynamodb, audit=lambda: resource_name(Table.AUDIT), clock=self.clock, new_id=self.new_id
        )

    @Part
    def auditor(self) -> "Auditor":
        from creator_search.services.audit import Auditor

        return Auditor(self.audit_log, self.clock, self.request_id)
