"""The container: the services of requests and reads, and those of the work on stored creators."""

from typing import TYPE_CHECKING

from creator_search.bootstrap.watching import Watching
from creator_search.parts import Part

if TYPE_CHECKING:
    from creator_search.services import ports
    from creator_search.services.analysis.analyze import ProfileAnalyzer
    from creator_search.services.analysis.refresh import AnalysisRefresher, AnalysisRequests
    from creator_search.services.benchmarks import BenchmarkMeasurer
    from creator_search.services.callers import CallerEraser
    from creator_search.services.comments import CommentReader
    from creator_search.services.creator_index import CreatorIndexer, CreatorIndexRepair
    from creator_search.services.erasure import ErasureRequests, ProfileEraser
    from creator_search.services.images.finish import ProfileImageFinisher
    from creator_search.services.similar.images import SimilarImageFinisher


class Container(Watching):
    """All parts of one process. Each is built once, at first use."""

    # Benchmarks

    @Part
    def benchmark_measurer(self) -> "BenchmarkMeasurer":
        from creator_search.services.benchmarks import BenchmarkMeasurer

        return BenchmarkMeasurer(self.benchmark_store, self.clock)

    # Images

    @Part
    def profile_image_finisher(self) -> "ProfileImageFinisher":
        from creator_search.services.images.finish import ProfileImageFinisher

        return ProfileImageFinisher(
            profiles=self.profile_store,
            posts=self.post_store,
            documents=self.document_writer,
            copier=self.image_copier,
            tasks=self.task_queue,
        )

    @Part
    def similar_image_finisher(self) -> "SimilarImageFinisher":
        from creator_search.services.similar.images import SimilarImageFinisher

        return SimilarImageFinisher(self.similar_store, self.image_copier, self.task_queue)

    # Comments

    @Part
    def comment_reader(self) -> "CommentReader":
        from creator_search.services.comments import CommentReader

        return CommentReader(
            profiles=self.profile_store,
            posts=self.post_store,
            comments=self.comment_store,
            source=self.comment_source,
            tasks=self.task_queue,
            clock=self.clock,
            commenter_key=lambda: self.commenter_key,
            posts_per_creator=self.config.commented_posts,
            failures=self.failures("read_comments"),
        )

    # Analysis

    @Part
    def profile_analyzer(self) -> "ProfileAnalyzer":
        from creator_search.services.analysis.analyze import ProfileAnalyzer
        from creator_search.services.analysis.comments import CommentAnalyzer

        return ProfileAnalyzer(
            profiles=self.profile_store,
            posts=self.post_store,
            cache=self.analysis_cache,
            analyzer=self.caption_analyzer,
            comments=CommentAnalyzer(self.comment_store, self.caption_analyzer),
            documents=self.document_writer,
            outliers=self.outlier_recorder,
            tasks=self.task_queue,
            events=self.events,
            request_id=self.request_id,
            clock=self.clock,
            batch_seconds=self.config.model_budget_seconds,
            metrics=self.metrics,
            failures=self.failures("analyze_posts"),
        )

    @Part
    def analysis_requests(self) -> "AnalysisRequests":
        from creator_search.services.analysis.refresh import AnalysisRequests

        return AnalysisRequests(self.profile_store, self.account_registry, self.task_queue)

    @Part
    def analysis_refresher(self) -> "AnalysisRefresher":
        from creator_search.services.analysis.refresh import AnalysisRefresher

        per_run = self.config.analysis_refreshes_per_run
        return AnalysisRefresher(self.profile_store, self.task_queue, self.clock, per_run=per_run)

    # The index of the search engine

    @Part
    def profile_changes(self) -> "ports.ProfileChanges":
        from creator_search.adapters.dynamodb.profile_changes import StreamedProfileChanges

        return StreamedProfileChanges()

    @Part
    def creator_indexer(self) -> "CreatorIndexer":
        from creator_search.services.creator_index import CreatorIndexer

        return CreatorIndexer(self.creator_documents)

    @Part
    def creator_index_repair(self) -> "CreatorIndexRepair":
        from creator_search.services.creator_index import CreatorIndexRepair

        return CreatorIndexRepair(
            profiles=self.profile_store,
            documents=self.creator_documents,
            stored=self.table_creators,
            indexed=self.engine_creators,
        )

    # Erasure

    @Part
    def erasure_requests(self) -> "ErasureRequests":
        from creator_search.services.erasure import ErasureRequests

        return ErasureRequests(self.account_registry, self.kept_documents, self.tombstones, self.task_queue)

    @Part
    def profile_eraser(self) -> "ProfileEraser":
        from creator_search.services.erasure import ProfileEraser

        return ProfileEraser(
            jobs=self.job_store,
            profiles=self.profile_store,
            posts=self.post_store,
            accounts=self.account_store,
            documents=self.kept_documents,
            similar=self.similar_store,
            images=self.image_store,
            cdn=self.cdn,
            tasks=self.task_queue,
            caller_rows=self.caller_rows,
            events=self.event_fan_out,
            clock=self.clock,
            longest_work_seconds=self.config.longest_work_seconds,
        )

    @Part
    def caller_eraser(self) -> "CallerEraser":
        from creator_search.services.callers import CallerEraser

        return CallerEraser(self.caller_rows, self.task_queue, self.auditor, self.clock)
