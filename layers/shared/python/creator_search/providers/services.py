"""Use cases, with their ports filled in."""

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from creator_search.config import config
from creator_search.domain.jobs import Job, Priority
from creator_search.providers.once import once
from creator_search.providers.stores import (
    absences,
    cdn,
    creator_index,
    document_store,
    flights,
    image_store,
    job_queue,
    job_store,
    logger,
    metrics,
    new_id,
    now,
    post_store,
    profile_store,
    similar_store,
    task_queue,
    tombstones,
)
from creator_search.providers.upstreams import copy_images, decodo, rapidapi

if TYPE_CHECKING:
    from creator_search.services.ask_refresh import AskRefresh
    from creator_search.services.build_profile import BuildProfile
    from creator_search.services.clear_similar_cache import ClearSimilarCache
    from creator_search.services.documents import WriteDocuments
    from creator_search.services.erase_profile import AskErasure, EraseProfile
    from creator_search.services.finish_images import FinishImages
    from creator_search.services.finish_similar_images import FinishSimilarImages
    from creator_search.services.list_posts import ListPosts
    from creator_search.services.process_profile import ProcessProfile
    from creator_search.services.read_creator import ReadCreator
    from creator_search.services.refresh_profiles import RefreshProfiles
    from creator_search.services.request_profile import RequestProfile
    from creator_search.services.similar_details import SimilarDetails
    from creator_search.services.similar_profiles import SimilarProfiles
    from creator_search.services.single_flight import SingleFlight
    from creator_search.services.sweep_jobs import SweepJobs

MAX_DELAY_SECONDS = 900
"""SQS delays a message no longer."""


@once
def request_profile() -> "RequestProfile":
    from creator_search.services.request_profile import RequestProfile

    return RequestProfile(job_store(), job_queue(), now, new_id)


@once
def write_documents() -> "WriteDocuments":
    from creator_search.documents.render import JsonRenderer
    from creator_search.services.documents import WriteDocuments

    return WriteDocuments(
        profiles=profile_store(),
        posts=post_store(),
        documents=document_store(),
        renderer=JsonRenderer(cdn().url),
        clock=now,
    )


@once
def ask_refresh() -> "AskRefresh":
    from creator_search.services.ask_refresh import AskRefresh

    return AskRefresh(job_queue(), now, new_id)


@once
def refresh_profiles() -> "RefreshProfiles":
    from creator_search.services.refresh_profiles import RefreshProfiles

    per_run = config().profile_refreshes_per_run
    return RefreshProfiles(profile_store(), ask_refresh(), now, per_run=per_run)


@once
def ask_erasure() -> "AskErasure":
    from creator_search.services.erase_profile import AskErasure

    return AskErasure(tombstones(), task_queue())


@once
def erase_profile() -> "EraseProfile":
    from creator_search.services.erase_profile import EraseProfile

    # Later than the longest job, and the longest answer, that may have been under way.
    longest = max(config().job_lease_seconds, config().read_budget_seconds, config().similar_budget_seconds)
    return EraseProfile(
        jobs=job_store(),
        profiles=profile_store(),
        documents=document_store(),
        similar=similar_store(),
        images=image_store(),
        cdn=cdn(),
        tasks=task_queue(),
        last_pass_after_seconds=min(MAX_DELAY_SECONDS, int(longest) + 5),
    )


@once
def read_creator() -> "ReadCreator":
    from creator_search.services.read_creator import ReadCreator

    return ReadCreator(
        profiles=profile_store(),
        documents=document_store(),
        posts=post_store(),
        write=write_documents(),
        absences=absences(),
        tombstones=tombstones(),
        source=lambda: decodo(Priority.HIGH),
        request=request_profile(),
        refresh=ask_refresh(),
        flight=single_flight(),
        clock=now,
    )


@once
def list_posts() -> "ListPosts":
    from creator_search.services.list_posts import ListPosts

    return ListPosts(posts=post_store(), read=read_creator())


@once
def similar_details() -> "SimilarDetails":
    from creator_search.services.similar_details import SimilarDetails

    return SimilarDetails(similar=similar_profiles(), profiles=profile_store(), index=creator_index())


@once
def sweep_jobs() -> "SweepJobs":
    from creator_search.services.sweep_jobs import SweepJobs

    return SweepJobs(job_store(), job_queue(), now)


@once
def single_flight() -> "SingleFlight":
    from creator_search.services.single_flight import SingleFlight

    return SingleFlight(flights(), now, time.sleep, new_id)


@once
def similar_profiles(priority: Priority = Priority.HIGH) -> "SimilarProfiles":
    from creator_search.services.find_similar import FindSimilar
    from creator_search.services.similar_profiles import SimilarProfiles

    source = rapidapi(priority) or decodo(priority)
    return SimilarProfiles(
        find=FindSimilar(source, now, time.sleep) if source else None,
        store=similar_store(),
        tombstones=tombstones(),
        flight=single_flight(),
        images=image_store(),
        copy_images=copy_images(),
        tasks=task_queue(),
        metrics=metrics(),
        clock=now,
        new_id=new_id,
    )


@once
def finish_similar_images() -> "FinishSimilarImages":
    from creator_search.services.finish_similar_images import FinishSimilarImages

    return FinishSimilarImages(similar_store(), copy_images(), task_queue())


@once
def finish_images() -> "FinishImages":
    from creator_search.services.finish_images import FinishImages

    return FinishImages(
        profiles=profile_store(),
        posts=post_store(),
        write_documents=write_documents(),
        copy_images=copy_images(),
        tasks=task_queue(),
    )


@once
def clear_similar_cache() -> "ClearSimilarCache":
    from creator_search.services.clear_similar_cache import ClearSimilarCache

    return ClearSimilarCache(similar_store(), image_store(), cdn(), metrics())


def _build_profile(priority: Priority) -> "BuildProfile":
    from creator_search.services.build_profile import BuildProfile

    return BuildProfile(
        profiles=profile_store(),
        posts=post_store(),
        write_documents=write_documents(),
        source=decodo(priority),
        reels=rapidapi(priority),
        similar=similar_profiles(priority),
        copy_images=copy_images(),
        tasks=task_queue(),
        clock=now,
    )


@once
def process_profile(priority: Priority) -> "ProcessProfile":
    from creator_search.services.claim_job import ClaimJob
    from creator_search.services.process_profile import ProcessProfile

    lease = timedelta(seconds=config().job_lease_seconds)

    def log_failure(job: Job, error: Exception) -> None:
        logger("process_profiles").warning(
            "attempt failed",
            exc_info=error,
            extra={"username": job.username, "job_request_id": job.request_id, "attempts": job.attempts},
        )

    return ProcessProfile(
        jobs=job_store(),
        queue=job_queue(),
        claim=ClaimJob(job_store(), now, new_id, lease),
        build=_build_profile(priority),
        clock=now,
        lease=lease,
        on_error=log_failure,
    )
