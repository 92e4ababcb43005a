"""What a source costs: what is stored, and what was fetched this month, each at its price for a gigabyte.

An estimate out of what this server sees: files that it does not know, requests, and what others fetch are not in it.
Storage services count a gigabyte as 10^9 bytes.
"""

from dataclasses import dataclass

GB = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """In US dollars."""

    storage_usd: float
    """For a month of what is stored now."""
    download_usd: float
    """For what was fetched since the month began."""

    @property
    def total_usd(self) -> float:
        return self.storage_usd + self.download_usd


def costs(stored_bytes: int, fetched_bytes: int, storage_usd_per_gb: float, download_usd_per_gb: float) -> Costs:
    """The costs of a month so far."""
    return Costs(
        storage_usd=stored_bytes / GB * storage_usd_per_gb,
        download_usd=fetched_bytes / GB * download_usd_per_gb,
    )
