"""What a pause, a quiet period or an incident is about."""

from __future__ import annotations

from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything, or the brands, channels and campaigns that are named; nothing when empty."""

    everything: bool = False
    brands: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()

    def covers(self, channel: str, brand: str, campaign: str | None = None) -> bool:
        """Whether a delivery to ``channel`` of ``brand``, for ``campaign``, falls into it."""
        return (
            self.everything
            or channel in self.channels
            or brand in self.brands
            or (campaign is not None and campaign in self.campaigns)
        )
