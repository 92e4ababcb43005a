"""What was fetched in which month, and what it costs."""

from pathlib import Path

import pytest

from vitascope.ops.atomic import write_atomically
from vitascope.sources.rclone.costs import costs
from vitascope.sources.rclone.traffic import Traffic

NOVEMBER = 1_795_952_000.0
DECEMBER = NOVEMBER + 30 * 86_400


def test_a_gigabyte_costs_its_two_prices() -> None:
    found = costs(1_000_000_000_000, 100_000_000_000, 0.005, 0.01)
    assert (found.storage_usd, found.download_usd, found.total_usd) == (5.0, 1.0, 6.0)
    assert costs(0, 0, 0.005, 0.01).total_usd == 0


def test_the_month_survives_restarts_of_rclone_and_of_the_server(tmp_path: Path) -> None:
    now = NOVEMBER
    file = tmp_path / "traffic.json"
    traffic = Traffic(file, write_atomically, clock=lambda: now)
    traffic.begins("media")
    traffic.saw("media", 100)
    traffic.saw("media", 150)
    traffic.begins("media")
    traffic.saw("media", 30)
    assert traffic.fetched("media") == 180
    traffic.save()
    again = Traffic(file, write_atomically, clock=lambda: now)
    again.begins("media")
    again.saw("media", 20)
    assert again.fetched("media") == 200
    now = DECEMBER
    assert again.fetched("media") == 0
    again.forget("media")
    again.save()
    assert file.read_bytes() == b"{}"


@pytest.mark.parametrize("text", [b"", b"[]", b'{"media": 3}', b"\xff"])
def test_a_file_that_is_damaged_costs_the_figure_alone(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "traffic.json").write_bytes(text)
    traffic = Traffic(tmp_path / "traffic.json", write_atomically)
    traffic.saw("media", 5)
    assert traffic.fetched("media") == 5
