"""Deep analysis: parts say what bandwidth they need moment by moment, and the decision counts with it."""

import shutil
from pathlib import Path
from typing import Any

from tests.api.families.conftest import Home


def part_of(home: Home, key: str) -> dict[str, Any]:
    found: dict[str, Any] = home.container(key)["Metadata"][0]["Media"][0]["Part"][0]
    return found


def test_what_was_measured_is_told_and_decides(home: Home, tmp_path: Path) -> None:
    film = home.section("Movies").get("Glass Orchard")
    assert "requiredBandwidths" not in part_of(home, film.key)
    home.owner.runButlerTask("DeepMediaAnalysis")
    home.server.log_with("butler: DeepMediaAnalysis is done")
    part = part_of(home, film.key)
    values = [int(one) for one in part["requiredBandwidths"].split(",")]
    assert len(values) == 8
    assert values == sorted(values, reverse=True)
    assert part["deepAnalysisVersion"] == 6
    assert film.reload().media[0].parts[0].requiredBandwidths == part["requiredBandwidths"]
    address = "/video/:/transcode/universal/decision"
    query = {"path": film.key, "directPlay": 1, "hasMDE": 1, "mediaIndex": 0, "partIndex": 0}
    for kbps, code in ((values[4], 1000), (values[4] - 1, 3001)):
        shown = home.http.get(address, params={**query, "videoBitrate": kbps}).json()["MediaContainer"]
        assert shown["directPlayDecisionCode"] == code, kbps
    listed = home.container(f"/library/sections/{home.sections['Movies']}/all")["Metadata"]
    assert all("requiredBandwidths" not in one["Media"][0]["Part"][0] for one in listed)
    # It hangs on the content: a copy elsewhere has it at once.
    (tmp_path / "Copies").mkdir()
    shutil.copy(film.media[0].parts[0].file, tmp_path / "Copies" / "Another Name (1999).mp4")
    wished = {"name": "Copies", "type": "movie", "scanner": "Plex Movie", "language": "en-US"}
    answer = home.http.post("/library/sections", params={**wished, "location": str(tmp_path / "Copies")})
    assert answer.status_code == 201
    home.server.wait_idle()
    section = answer.json()["MediaContainer"]["Directory"][0]["key"]
    (copy,) = home.container(f"/library/sections/{section}/all")["Metadata"]
    assert part_of(home, copy["key"])["requiredBandwidths"] == part["requiredBandwidths"]
