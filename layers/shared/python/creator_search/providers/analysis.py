"""What reads captions, with its ports filled in."""

from typing import TYPE_CHECKING

from creator_search.config import config
from creator_search.providers.once import once
from creator_search.providers.services import write_documents
from creator_search.providers.stores import analysis_cache, logger, now, post_store, profile_store, task_queue

if TYPE_CHECKING:
    from creator_search.services.analyze_profile import AnalyzeProfile
    from creator_search.services.ports import CaptionAnalyser
    from creator_search.services.refresh_analyses import RefreshAnalyses


@once
def analyser() -> "CaptionAnalyser":
    """The models where there are some, with the rules behind them; else the rules."""
    from creator_search.adapters.rules_engine import RulesEngine

    rules, folder = RulesEngine(now), config().model_dir
    if folder is None:
        return rules
    from creator_search.adapters.onnx_engine import OnnxEngine, OnnxOrRules

    def load() -> OnnxEngine:
        settings = config()
        return OnnxEngine(folder, now, score_all=settings.zero_shot_all, budget_seconds=settings.model_budget_seconds)

    def on_trouble(error: Exception) -> None:
        logger("analyze_posts").warning("the models do not answer, the rules do", exc_info=error)

    return OnnxOrRules(folder, load, rules, on_trouble)


@once
def analyze_profile() -> "AnalyzeProfile":
    from creator_search.services.analyze_profile import AnalyzeProfile

    def log_failure(username: str, error: Exception) -> None:
        logger("analyze_posts").warning("analysis failed", exc_info=error, extra={"username": username})

    return AnalyzeProfile(
        profiles=profile_store(),
        posts=post_store(),
        cache=analysis_cache(),
        analyser=analyser(),
        write_documents=write_documents(),
        tasks=task_queue(),
        clock=now,
        batch_seconds=config().model_budget_seconds,
        on_error=log_failure,
    )


@once
def refresh_analyses() -> "RefreshAnalyses":
    from creator_search.services.refresh_analyses import RefreshAnalyses

    return RefreshAnalyses(profile_store(), task_queue(), now, per_run=config().analysis_refreshes_per_run)
