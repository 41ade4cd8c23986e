"""The figures of the stored creators and the measurements of the tiers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from creator_search.domain.analytics.measured import CreatorFigures, TierMeasurement
from creator_search.domain.analytics.niches import Niche, NicheMeasurement
from creator_search.domain.profile_types import ProfileType

from tests.fakes.process import FakeClock
from tests.fakes.profiles import FakeProfileStore


@dataclass
class FakeBenchmarkStore:
    clock: FakeClock
    profiles: FakeProfileStore
    measurements: dict[str, TierMeasurement] = field(default_factory=dict)
    niches: dict[Niche, NicheMeasurement] = field(default_factory=dict)

    def list_figures(self) -> Iterator[CreatorFigures]:
        for username in list(self.profiles.rows):
            profile = self.profiles.load_profile(username)
            is_public = profile and profile.profile_type is ProfileType.PRIMARY and profile.public.is_listed
            if profile and profile.figures and is_public:
                yield profile.figures

    def save_measurement(self, measurement: TierMeasurement) -> None:
        self.measurements[measurement.tier] = measurement

    def load_measurement(self, tier: str) -> TierMeasurement | None:
        return self.measurements.get(tier)

    def save_niche(self, measurement: NicheMeasurement) -> None:
        self.niches[measurement.niche] = measurement

    def load_niche(self, niche: Niche) -> NicheMeasurement | None:
        found = self.niches.get(niche)
        return found if found and self.clock().date() < found.measured_on + timedelta(days=30) else None
