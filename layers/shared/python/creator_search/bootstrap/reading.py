"""The services that read stored creators."""

from typing import TYPE_CHECKING

from creator_search.bootstrap.services import Services
from creator_search.domain.jobs import READERS_SHARE
from creator_search.parts import Part

if TYPE_CHECKING:
    from creator_search.services.campaigns.campaigns import Campaigns
    from creator_search.services.campaigns.lists import CreatorLists, ListReader
    from creator_search.services.campaigns.report import CampaignReporter
    from creator_search.services.campaigns.unknown import UnknownCreators
    from creator_search.services.reading.authenticity import AuthenticityReader
    from creator_search.services.reading.creators import CreatorReader
    from creator_search.services.reading.fetch import ProfileFetcher
    from creator_search.services.reading.outliers import OutlierReader
    from creator_search.services.reading.post_history import PostHistoryReader
    from creator_search.services.reading.posts import PostReader
    from creator_search.services.reading.stored import StoredDocuments
    from creator_search.services.similar.details import SimilarDetails


class Reading(Services):
    @Part
    def stored_documents(self) -> "StoredDocuments":
        from creator_search.services.reading.stored import StoredDocuments

        return StoredDocuments(self.kept_documents, self.account_store, self.clock)

    @Part
    def creators(self) -> "CreatorReader":
        from creator_search.services.reading.creators import CreatorReader

        return CreatorReader(
            profiles=self.profile_store,
            posts=self.post_store,
            benchmarks=self.benchmark_store,
            comments=self.comment_store,
            stored=self.stored_documents,
            writer=self.document_writer,
            fetcher=self.profile_fetcher,
            refreshes=self.refresh_requests,
            clock=self.clock,
        )

    @Part
    def profile_fetcher(self) -> "ProfileFetcher":
        from creator_search.services.reading.fetch import ProfileFetcher

        return ProfileFetcher(
            # Not built before a fetch: most reads need no upstream, whose client takes time to import.
            source=lambda: self.profile_sources(READERS_SHARE),
            profiles=self.profile_store,
            registry=self.account_registry,
            writer=self.profile_writer,
            documents=self.kept_documents,
            requests=self.requests,
            absences=self.absences,
            tombstones=self.tombstones,
            single_flight=self.single_flight,
            take_upstream=self.take_upstream,
            clock=self.clock,
        )

    @Part
    def post_reader(self) -> "PostReader":
        from creator_search.services.reading.posts import PostReader

        return PostReader(
            profiles=self.profile_store,
            posts=self.post_store,
            creators=self.creators,
            fetcher=self.profile_fetcher,
        )

    @Part
    def authenticity_reader(self) -> "AuthenticityReader":
        from creator_search.services.reading.authenticity import AuthenticityReader

        return AuthenticityReader(
            creators=self.creators,
            profiles=self.profile_store,
            posts=self.post_store,
            benchmarks=self.benchmark_store,
            comments=self.comment_store,
            clock=self.clock,
        )

    @Part
    def post_histories(self) -> "PostHistoryReader":
        from creator_search.services.reading.post_history import PostHistoryReader

        return PostHistoryReader(
            profiles=self.profile_store,
            posts=self.post_store,
            history=self.post_history_store,
            registry=self.account_registry,
            tombstones=self.tombstones,
            refreshes=self.refresh_requests,
            clock=self.clock,
        )

    @Part
    def outlier_reader(self) -> "OutlierReader":
        from creator_search.services.reading.outliers import OutlierReader

        return OutlierReader(self.outlier_store, self.profile_store)

    @Part
    def similar_details(self) -> "SimilarDetails":
        from creator_search.services.similar.details import SimilarDetails

        return SimilarDetails(similar=self.similar, profiles=self.profile_store, index=self.creator_index)

    # Campaigns

    @Part
    def unknown_creators(self) -> "UnknownCreators":
        from creator_search.services.campaigns.unknown import UnknownCreators

        return UnknownCreators(
            requests=self.requests,
            absences=self.absences,
            activity=self.activity_recorder,
            take_upstream=self.take_upstream,
            clock=self.clock,
        )

    @Part
    def list_reader(self) -> "ListReader":
        from creator_search.services.campaigns.lists import ListReader

        return ListReader(self.list_store)

    @Part
    def creator_lists(self) -> "CreatorLists":
        from creator_search.services.campaigns.lists import CreatorLists

        return CreatorLists(
            lists=self.list_store,
            profiles=self.profile_store,
            unknown=self.unknown_creators,
            tombstones=self.tombstones,
            clock=self.clock,
            new_id=self.new_id,
        )

    @Part
    def campaigns(self) -> "Campaigns":
        from creator_search.services.campaigns.campaigns import Campaigns

        return Campaigns(self.campaign_store, self.creator_lists, self.tombstones, self.clock, self.new_id)

    @Part
    def campaign_reporter(self) -> "CampaignReporter":
        from creator_search.services.campaigns.report import CampaignReporter

        return CampaignReporter(
            campaigns=self.campaigns,
            profiles=self.profile_store,
            posts=self.post_store,
            unknown=self.unknown_creators,
            clock=self.clock,
        )
