"""The services of requests and reads, built over their ports."""

import functools
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from creator_search.bootstrap.upstreams import Upstreams
from creator_search.catalogue import Queue, Table
from creator_search.catalogue.background import PROFILE_WORKERS, REFRESH_MINUTES
from creator_search.domain.breakers import PROFILE_ENDPOINTS
from creator_search.domain.jobs import READERS_SHARE, RateShare
from creator_search.environment import resource_name
from creator_search.parts import Part

if TYPE_CHECKING:
    from creator_search.services import ports
    from creator_search.services.accounts import AccountRegistry
    from creator_search.services.images.copy import ImageCopier
    from creator_search.services.outliers import OutlierRecorder
    from creator_search.services.pipeline.build import ProfileBuilder
    from creator_search.services.pipeline.gather import PostGatherer
    from creator_search.services.pipeline.process import JobProcessor
    from creator_search.services.pipeline.redrive import TaskRedriver
    from creator_search.services.pipeline.refresh import ProfileRefresher, RefreshRequests
    from creator_search.services.pipeline.sweep import JobSweeper
    from creator_search.services.pipeline.write import ProfileWriter
    from creator_search.services.reading.documents import DocumentWriter
    from creator_search.services.requests.queue_status import QueueStatusReader
    from creator_search.services.requests.status import StatusReader
    from creator_search.services.requests.submit import ProfileRequests
    from creator_search.services.similar.cache import SimilarCacheCleaner
    from creator_search.services.similar.profiles import SimilarProfiles
    from creator_search.services.similar.statistics import SimilarCacheStatistics
    from creator_search.services.similar.stored import StoredSimilar
    from creator_search.services.single_flight import SingleFlight

REFRESH_PERIOD = timedelta(minutes=REFRESH_MINUTES)


class Services(Upstreams):
    # Requests

    @Part
    def requests(self) -> "ProfileRequests":
        from creator_search.services.requests.submit import ProfileRequests

        return ProfileRequests(self.job_store, self.job_queue, self.clock, self.request_id)

    @Part
    def status_reader(self) -> "StatusReader":
        from creator_search.services.requests.status import StatusReader

        return StatusReader(self.job_store)

    @Part
    def queue_status_reader(self) -> "QueueStatusReader":
        from creator_search.services.requests.queue_status import QueueStatusReader

        return QueueStatusReader(self.job_store, self.job_queue, self.clock)

    # Pipeline

    @Part
    def account_registry(self) -> "AccountRegistry":
        from creator_search.services.accounts import AccountRegistry

        return AccountRegistry(self.account_store, self.profile_store)

    @Part
    def job_processor(self) -> "JobProcessor":
        from creator_search.services.pipeline.claims import JobClaims
        from creator_search.services.pipeline.process import JobProcessor

        lease = timedelta(seconds=self.config.job_lease_seconds)
        return JobProcessor(
            jobs=self.job_store,
            queue=self.job_queue,
            claims=JobClaims(self.job_store, self.clock, self.request_id, lease),
            builder=self.profile_builder,
            clock=self.clock,
            lease=lease,
            events=self.events,
            failures=self.failures("process_profiles"),
        )

    @Part
    def profile_builder(self) -> "ProfileBuilder":
        from creator_search.services.pipeline.build import BuildSources, ProfileBuilder

        return ProfileBuilder(
            sources=functools.cache(
                lambda priority: BuildSources(
                    profiles=self.profile_sources(RateShare(priority)),
                    posts=self._post_gatherer(RateShare(priority)),
                    similar=self._similar(RateShare(priority)),
                )
            ),
            registry=self.account_registry,
            posts=self.post_store,
            copier=self.image_copier,
            writer=self.profile_writer,
            tasks=self.task_queue,
            clock=self.clock,
            reads_comments=self.config.commented_posts > 0,
        )

    def _post_gatherer(self, share: RateShare) -> "PostGatherer":
        from creator_search.services.pipeline.gather import PostGatherer

        return PostGatherer(
            self.post_sources(share),
            self.reel_sources(share),
            self.clock,
            posts_limit=self.config.posts_per_creator,
            reels_limit=self.config.reels_per_creator,
        )

    @Part
    def profile_writer(self) -> "ProfileWriter":
        from creator_search.services.pipeline.write import ProfileWriter

        return ProfileWriter(
            profiles=self.profile_store,
            posts=self.post_store,
            history=self.post_history_store,
            benchmarks=self.benchmark_store,
            documents=self.document_writer,
            outliers=self.outlier_recorder,
            caller_rows=lambda: self.caller_rows,  # only workers may read them
            clock=self.clock,
        )

    @Part
    def outlier_recorder(self) -> "OutlierRecorder":
        from creator_search.services.outliers import OutlierRecorder

        return OutlierRecorder(
            history=self.post_history_store, benchmarks=self.benchmark_store, outliers=self.outlier_store
        )

    @Part
    def job_sweeper(self) -> "JobSweeper":
        from creator_search.services.pipeline.sweep import JobSweeper

        return JobSweeper(self.job_store, self.job_queue, self.requests, self.events, self.clock)

    @Part
    def task_redriver(self) -> "TaskRedriver":
        from creator_search.services.pipeline.redrive import TaskRedriver

        return TaskRedriver(self.task_letters, self.task_queue, self.clock)

    @Part
    def refresh_requests(self) -> "RefreshRequests":
        from creator_search.services.pipeline.refresh import RefreshRequests

        endpoints = [self.endpoint_breakers(name) for name in PROFILE_ENDPOINTS]
        return RefreshRequests(
            self.job_queue, self.refresh_locks, self.refresh_allowance, endpoints, self.clock, self.request_id
        )

    @property
    def _calls_per_second(self) -> Mapping[str, float]:
        """The rates of the providers."""
        settings = self.config
        return {"decodo": settings.decodo_requests_per_second, "rapidapi": settings.rapidapi_requests_per_second}

    @Part
    def refresh_allowance(self) -> "ports.RefreshAllowance":
        from creator_search.adapters.dynamodb.control import DynamoDBRateLimit, DynamoDBRefreshAllowance
        from creator_search.domain.refreshes import refreshes_on_read

        return DynamoDBRefreshAllowance(
            DynamoDBRateLimit(self.cache_dynamodb, control=resource_name(Table.CONTROL), clock=self.clock),
            per_second=refreshes_on_read(self._calls_per_second, PROFILE_WORKERS[Queue.PROFILE_MEDIUM]),
            period=REFRESH_PERIOD,
        )

    @Part
    def profile_refresher(self) -> "ProfileRefresher":
        from creator_search.services.pipeline.refresh import ProfileRefresher

        return ProfileRefresher(
            self.profile_store,
            self.job_queue,
            self.refresh_requests,
            self.clock,
            per_run=self.config.profile_refreshes_per_run,
            period=REFRESH_PERIOD,
            calls_per_second=self._calls_per_second,
        )

    # Reading

    @Part
    def document_writer(self) -> "DocumentWriter":
        from creator_search.schemas.render import JsonRenderer
        from creator_search.services.reading.documents import DocumentWriter

        return DocumentWriter(
            profiles=self.profile_store,
            posts=self.post_store,
            benchmarks=self.benchmark_store,
            comments=self.comment_store,
            documents=self.kept_documents,
            renderer=JsonRenderer(self.cdn.image_url),
            clock=self.clock,
        )

    @Part
    def single_flight(self) -> "SingleFlight":
        from creator_search.services.single_flight import SingleFlight

        return SingleFlight(self.locks, self.clock, self.sleep, self.new_id)

    # Similar profiles

    @Part
    def stored_similar(self) -> "StoredSimilar":
        from creator_search.services.similar.stored import StoredSimilar

        return StoredSimilar(self.similar_store, self.metrics, self.clock)

    @Part
    def similar(self) -> "SimilarProfiles":
        return self._similar(READERS_SHARE)

    def _similar(self, share: RateShare) -> "SimilarProfiles":
        from creator_search.services.similar.lookup import SimilarLookup
        from creator_search.services.similar.profiles import SimilarProfiles

        return SimilarProfiles(
            lookup=SimilarLookup(self.similar_sources(share), self.clock, self.sleep),
            store=self.similar_store,
            stored=self.stored_similar,
            tombstones=self.tombstones,
            single_flight=self.single_flight,
            images=self.image_store,
            copier=self.image_copier,
            tasks=self.task_queue,
            metrics=self.metrics,
            take_upstream=self.take_upstream,
            clock=self.clock,
            new_id=self.new_id,
        )

    @Part
    def similar_cache_cleaner(self) -> "SimilarCacheCleaner":
        from creator_search.services.similar.cache import SimilarCacheCleaner

        return SimilarCacheCleaner(self.similar_store, self.image_store, self.cdn, self.metrics)

    @Part
    def similar_cache_statistics(self) -> "SimilarCacheStatistics":
        from creator_search.services.similar.statistics import SimilarCacheStatistics

        return SimilarCacheStatistics(self.similar_store, self.metrics_reader)

    # Images

    @Part
    def image_copier(self) -> "ImageCopier":
        from creator_search.services.images.copy import ImageCopier

        return ImageCopier(self.image_source, self.image_store, self.clock)
