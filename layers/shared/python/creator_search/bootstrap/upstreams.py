"""Upstreams, image hosts and models. Rate-limited clients are built per share of the rate."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from creator_search.bootstrap.webhooks import WebhookParts
from creator_search.catalogue import PROVIDERS, Table
from creator_search.domain.jobs import RATE_SHARES, Priority, RateShare
from creator_search.domain.metrics import Metric
from creator_search.environment import resource_name
from creator_search.parts import Part

if TYPE_CHECKING:
    from creator_search.adapters.aws.secrets import ProviderKeys
    from creator_search.adapters.upstreams.decodo import DecodoSource
    from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint
    from creator_search.adapters.upstreams.http import HttpClient, HttpUpstream
    from creator_search.adapters.upstreams.rapidapi import RapidApiSource
    from creator_search.services import ports
    from creator_search.services.breakers import Breaker

_PROVIDER_KEYS = {"decodo": "DECODO_API_KEY", "rapidapi": "RAPIDAPI_KEY"}


class Upstreams(WebhookParts):
    @Part
    def provider_keys(self) -> "ProviderKeys":
        from creator_search.adapters.aws.secrets import ProviderKeys

        settings = self.config
        given = {provider.key: getattr(settings, provider.key.lower()) for provider in PROVIDERS}
        return ProviderKeys(
            {name: key.get_secret_value() for name, key in given.items() if key},
            secret_name=settings.upstream_secret,
            clock=self.clock,
        )

    @Part
    def http_client(self) -> "HttpClient":
        """One connection pool for all upstreams."""
        from creator_search.adapters.upstreams.http import create_http_client

        return create_http_client()

    @Part
    def decodo(self) -> "Callable[[RateShare], DecodoSource]":
        from creator_search.adapters.upstreams.decodo import DECODO, DecodoSource

        settings = self.config
        key = functools.partial(self.provider_keys.load_key, "DECODO_API_KEY")
        endpoint = self._endpoint(f"{DECODO}-profile")
        return functools.cache(
            lambda share: DecodoSource(
                self._upstream(DECODO, share, settings.decodo_requests_per_second, settings.decodo_timeout_seconds),
                base_url=settings.decodo_base_url,
                key=key,
                endpoint=endpoint,
            )
        )

    @Part
    def rapidapi(self) -> "Callable[[RateShare], RapidApiSource]":
        from creator_search.adapters.upstreams.rapidapi import RAPIDAPI, RapidApiSource

        settings = self.config
        key = functools.partial(self.provider_keys.load_key, "RAPIDAPI_KEY")
        endpoints = functools.cache(lambda name: self._endpoint(f"{RAPIDAPI}-{name}"))
        return functools.cache(
            lambda share: RapidApiSource(
                self._upstream(
                    RAPIDAPI, share, settings.rapidapi_requests_per_second, settings.rapidapi_timeout_seconds
                ),
                base_url=settings.rapidapi_base_url,
                host=settings.rapidapi_host,
                key=key,
                endpoints=endpoints,
            )
        )

    @Part
    def endpoint_breakers(self) -> "Callable[[str], Breaker]":
        """Return a factory that takes the name of an endpoint, which has one breaker in this process."""
        return functools.cache(self._endpoint_breaker)

    def _endpoint_breaker(self, name: str) -> "Breaker":
        key_name = _PROVIDER_KEYS[name.partition("-")[0]]

        def credential() -> str | None:
            from creator_search.adapters.upstreams.endpoint import fingerprint

            return fingerprint(self.provider_keys.load_key(key_name))

        return self.upstream_breaker(name, credential)

    def _endpoint(self, name: str) -> "UpstreamEndpoint":
        from creator_search.adapters.upstreams.endpoint import UpstreamEndpoint

        def record(seconds: float, has_failed: bool) -> None:
            self.metrics.record_seconds(Metric.UPSTREAM_SECONDS, seconds, endpoint=name)
            if has_failed:
                self.metrics.count(Metric.UPSTREAM_FAILED, endpoint=name)

        return UpstreamEndpoint(self.endpoint_breakers(name), clock=self.clock, sleep=self.sleep, record=record)

    def _upstream(self, name: str, share: RateShare, per_second: float, timeout_seconds: float) -> "HttpUpstream":
        from creator_search.adapters.dynamodb.control import DynamoDBRateLimit
        from creator_search.adapters.upstreams.http import HttpUpstream, RateBudget

        limit = DynamoDBRateLimit(self.dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)
        rate = per_second * RATE_SHARES[share.priority]
        budget = RateBudget(limit, f"{name}#{share.priority}", rate, share.longest_wait)
        return HttpUpstream(lambda: self.http_client, timeout_seconds=timeout_seconds, clock=self.clock, budget=budget)

    # Implementations of the services' ports

    @Part
    def profile_sources(self) -> "Callable[[RateShare], ports.ProfileSource]":
        from creator_search.adapters.upstreams.profiles import PreferredProfileSource

        return lambda share: PreferredProfileSource([self.decodo(share), self.rapidapi(share)], self.clock)

    @Part
    def post_sources(self) -> "Callable[[RateShare], ports.PostSource]":
        return self.rapidapi

    @Part
    def reel_sources(self) -> "Callable[[RateShare], ports.ReelSource]":
        return self.rapidapi

    @Part
    def comment_source(self) -> "ports.CommentSource":
        from creator_search.adapters.upstreams.comments import RapidApiCommentSource
        from creator_search.adapters.upstreams.rapidapi import RAPIDAPI

        # The share of LOW, so that comments never delay a job that somebody waits for.
        settings, share = self.config, RateShare(Priority.LOW)
        key = functools.partial(self.provider_keys.load_key, "RAPIDAPI_KEY")
        return RapidApiCommentSource(
            self._upstream(RAPIDAPI, share, settings.rapidapi_requests_per_second, settings.rapidapi_timeout_seconds),
            base_url=settings.rapidapi_base_url,
            host=settings.rapidapi_host,
            key=key,
            endpoint=self._endpoint(f"{RAPIDAPI}-comments"),
        )

    @Part
    def similar_sources(self) -> "Callable[[RateShare], ports.SimilarSource]":
        from creator_search.adapters.upstreams.similar import PreferredSimilarSource

        return lambda share: PreferredSimilarSource([self.rapidapi(share), self.decodo(share)])

    @Part
    def image_source(self) -> "ports.ImageSource":
        from creator_search.adapters.images.source import HttpImageSource
        from creator_search.domain.addresses import AllowList

        settings = self.config
        return HttpImageSource(
            allow=AllowList(settings.image_host_allowlist, port_of_names=443),
            timeout_seconds=settings.image_timeout_seconds,
            clock=self.clock,
        )

    @Part
    def caption_analyzer(self) -> "ports.CaptionAnalyzer":
        """The models, with rules as the fallback, if MODEL_DIR is set; otherwise the rules."""
        from creator_search.adapters.captions.rules_engine import RulesEngine

        rules, settings = RulesEngine(self.clock), self.config
        folder = settings.model_dir
        if folder is None:
            return rules
        from creator_search.adapters.captions.onnx_classifier import loader
        from creator_search.adapters.captions.onnx_engine import OnnxEngine

        return OnnxEngine(
            folder,
            loader(),
            rules,
            self.failures("analyze_posts"),
            self.models_breaker(),
            clock=self.clock,
            sleep=self.sleep,
            english_only=settings.sentiment_english_only,
            score_all=settings.zero_shot_all,
            budget_seconds=settings.model_budget_seconds,
            on_failed_captions=lambda: self.metrics.count(Metric.CAPTION_BATCH_FAILED),
        )
