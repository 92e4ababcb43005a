"""What updater and server tell each other, and a container that tries to make the updater write or read elsewhere."""

import os
from pathlib import Path

import pytest

from vitascope.ops.updates.board import NOTICE, WISH, Board, Kind, Notice, Wish

SUPPORT = Path("Library/Application Support/Plex Media Server")
TOLD = Notice(group="g", member="m", seen_at=1, schedule="02:00", latest="05:00", automatic=True, at_once=False)


@pytest.fixture
def updates(tmp_path: Path) -> Path:
    (tmp_path / "config" / SUPPORT).mkdir(parents=True)
    return tmp_path / "config" / SUPPORT / "Updates"


@pytest.fixture
def board(tmp_path: Path, updates: Path) -> Board:
    return Board(tmp_path / "config", updates)


def test_both_read_what_the_other_wrote(board: Board, updates: Path) -> None:
    assert (board.notice(), board.wish()) == (None, None)
    board.forget_wish()
    board.publish(TOLD)
    inside = Board(updates.parent, updates)
    assert inside.notice() == TOLD
    inside.leave(Wish(kind=Kind.TONIGHT, image="abc", at=7))
    assert board.wish() == Wish(kind=Kind.TONIGHT, image="abc", at=7)
    board.forget_wish()
    assert inside.wish() is None
    assert [path.name for path in updates.iterdir()] == [NOTICE]


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_no_link_leads_the_updater_elsewhere(board: Board, updates: Path, tmp_path: Path, level: int) -> None:
    updates.mkdir()
    elsewhere = tmp_path / "elsewhere"
    place = [updates, *updates.parents][level]
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    below = elsewhere / updates.relative_to(place)
    (below / WISH).write_text('{"kind": "now"}')
    assert board.wish() is None
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        board.publish(TOLD)
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        board.forget_wish()
    assert [path.name for path in below.iterdir()] == [WISH]


def test_files_that_are_no_files(board: Board, updates: Path, tmp_path: Path) -> None:
    updates.mkdir()
    secret = tmp_path / "secret"
    secret.write_text('{"kind": "now"}')
    (updates / WISH).symlink_to(secret)
    assert board.wish() is None
    board.forget_wish()
    assert secret.exists()
    os.mkfifo(updates / WISH)
    assert board.wish() is None
    (updates / NOTICE).symlink_to(secret)
    (updates / f"{NOTICE}.{os.getpid()}.new").symlink_to(secret)
    board.publish(TOLD)
    assert board.notice() == TOLD
    assert secret.read_text() == '{"kind": "now"}'


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"kind": "rm -rf"}', b'{"kind": 7}', b"\xff", b"[" * 100_000, b'{"x": ' + b"[" * 100_000]
)
def test_a_wish_that_is_none(board: Board, updates: Path, data: bytes) -> None:
    updates.mkdir()
    (updates / WISH).write_bytes(data)
    assert board.wish() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_writes_belongs_to_the_owner_of_the_folder(board: Board, updates: Path) -> None:
    os.chown(updates.parent, 1234, 1234)
    board.publish(TOLD)
    assert (updates.stat().st_uid, (updates / NOTICE).stat().st_uid) == (1234, 1234)
