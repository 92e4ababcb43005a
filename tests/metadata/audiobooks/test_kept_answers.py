"""Answers that are kept for a day, and no longer, and not without end."""

import os
from pathlib import Path

import pytest

from vitascope.metadata.audiobooks import kept_answers
from vitascope.metadata.audiobooks.kept_answers import KEPT_S, KeptAnswers


def test_for_a_day(tmp_path: Path) -> None:
    now = [1_000_000.0]
    kept = KeptAnswers(tmp_path / "Audiobooks", clock=lambda: now[0])
    assert kept.get("https://a/1") is None
    kept.put("https://a/1", b"one")
    kept.put("https://a/2", b"two")
    assert (kept.get("https://a/1"), kept.get("https://a/2")) == (b"one", b"two")
    now[0] += KEPT_S - 1
    assert kept.get("https://a/1") == b"one"
    now[0] += 1
    assert kept.get("https://a/1") is None
    now[0] -= 10 * KEPT_S  # a clock that was set back makes nothing last longer
    assert kept.get("https://a/1") is None


def test_what_is_old_or_too_much_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "MOST", 20)
    folder = tmp_path / "Audiobooks"
    now = [1_000_000.0]
    KeptAnswers(folder, clock=lambda: now[0]).put("https://a/old", b"old")
    now[0] += 2 * KEPT_S
    for number in range(kept_answers.MOST + 5):
        (folder / f"{number}.json").write_bytes(b"")
        os.utime(folder / f"{number}.json", (now[0] - 5, now[0] - 5 - number / 10_000))
    KeptAnswers(folder, clock=lambda: now[0]).put("https://a/new", b"new")
    assert len(list(folder.iterdir())) == kept_answers.MOST
    assert KeptAnswers(folder, clock=lambda: now[0]).get("https://a/new") == b"new"


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "Audiobooks").write_text("a file")
    kept = KeptAnswers(tmp_path / "Audiobooks")
    kept.put("https://a/1", b"one")
    assert kept.get("https://a/1") is None
