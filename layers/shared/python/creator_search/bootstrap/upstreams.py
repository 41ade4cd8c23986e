"""Upstreams, image hosts and models. Rate-limited clients are built per priority, because each priority has its own
share of the rate.
"""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from creator_search.bootstrap.stores import Stores
from creator_search.catalogue import PROVIDERS, Table
from creator_search.config import resource_name
from creator_search.domain.jobs import RATE_SHARES, Priority
from creator_search.parts import Part

if TYPE_CHECKING:
    from creator_search.adapters.aws.secrets import ProviderKeys
    from creator_search.adapters.upstreams.decodo import DecodoSource
    from creator_search.adapters.upstreams.http import HttpClient, HttpUpstream
    from creator_search.adapters.upstreams.rapidapi import RapidApiSource
    from creator_search.services import ports


class Upstreams(Stores):
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
    def decodo(self) -> "Callable[[Priority], DecodoSource]":
        from creator_search.adapters.upstreams.decodo import DecodoSource

        settings = self.config
        return functools.cache(
            lambda priority: DecodoSource(
                self._upstream(
                    "decodo", priority, settings.decodo_requests_per_second, settings.decodo_timeout_seconds
                ),
                base_url=settings.decodo_base_url,
                key=lambda: self.provider_keys.load_key("DECODO_API_KEY"),
                clock=self.clock,
                sleep=self.sleep,
            )
        )

    @Part
    def rapidapi(self) -> "Callable[[Priority], RapidApiSource]":
        from creator_search.adapters.upstreams.rapidapi import RapidApiSource

        settings = self.config
        return functools.cache(
            lambda priority: RapidApiSource(
                self._upstream(
                    "rapidapi", priority, settings.rapidapi_requests_per_second, settings.rapidapi_timeout_seconds
                ),
                base_url=settings.rapidapi_base_url,
                host=settings.rapidapi_host,
                key=lambda: self.provider_keys.load_key("RAPIDAPI_KEY"),
                clock=self.clock,
                sleep=self.sleep,
            )
        )

    def _upstream(self, name: str, priority: Priority, per_second: float, timeout_seconds: float) -> "HttpUpstream":
        from creator_search.adapters.dynamodb.control import DynamoDBRateLimit
        from creator_search.adapters.upstreams.http import HttpUpstream, RateBudget

        limit = DynamoDBRateLimit(self.dynamodb, control=resource_name(Table.CONTROL), clock=self.clock)
        budget = RateBudget(limit, f"{name}#{priority}", per_second * RATE_SHARES[priority])
        return HttpUpstream(lambda: self.http_client, timeout_seconds=timeout_seconds, clock=self.clock, budget=budget)

    # Implementations of the services' ports

    @Part
    def profile_sources(self) -> "Callable[[Priority], ports.ProfileSource]":
        from creator_search.adapters.upstreams.profiles import PreferredProfileSource

        return lambda priority: PreferredProfileSource([self.decodo(priority), self.rapidapi(priority)], self.clock)

    @Part
    def post_sources(self) -> "Callable[[Priority], ports.PostSource]":
        return self.rapidapi

    @Part
    def reel_sources(self) -> "Callable[[Priority], ports.ReelSource]":
        return self.rapidapi

    @Part
    def comment_source(self) -> "ports.CommentSource":
        from creator_search.adapters.upstreams.comments import RapidApiCommentSource

        # The share of LOW, so that comments never delay a job that somebody waits for.
        settings, low = self.config, Priority.LOW
        return RapidApiCommentSource(
            self._upstream("rapidapi", low, settings.rapidapi_requests_per_second, settings.rapidapi_timeout_seconds),
            base_url=settings.rapidapi_base_url,
            host=settings.rapidapi_host,
            key=lambda: self.provider_keys.load_key("RAPIDAPI_KEY"),
            clock=self.clock,
            sleep=self.sleep,
        )

    @Part
    def similar_sources(self) -> "Callable[[Priority], ports.SimilarSource]":
        from creator_search.adapters.upstreams.similar import PreferredSimilarSource

        return lambda priority: PreferredSimilarSource([self.rapidapi(priority), self.decodo(priority)])

    @Part
    def image_source(self) -> "ports.ImageSource":
        from creator_search.adapters.images.source import AllowList, HttpImageSource

        settings = self.config
        return HttpImageSource(
            allow=AllowList(settings.image_host_allowlist),
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
            english_only=settings.sentiment_english_only,
            score_all=settings.zero_shot_all,
            budget_seconds=settings.model_budget_seconds,
        )
