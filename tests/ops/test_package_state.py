"""``store.json``: whole or as it was, private, and with a token only as long as it is worth something."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from vitascope.ops.package_state import (
    PackageState,
    PackageStateError,
    StateFile,
    default_path,
    managed_environment,
)
from vitascope.ops.paths import SupportDir

TOKEN = "claim-abcdefghij0123456789"


def stored(tmp_path: Path) -> StateFile:
    return StateFile(tmp_path / "Vitascope" / "store.json")


def test_it_lies_in_the_support_directory(tmp_path: Path) -> None:
    support = SupportDir.for_config(tmp_path)
    assert default_path(support) == support.root / "Vitascope" / "store.json"


def test_nothing_is_there_at_first_and_reading_makes_nothing(tmp_path: Path) -> None:
    file = stored(tmp_path)
    assert file.read() == PackageState()
    assert file.settle(linked=True, now=0) == PackageState()
    assert not file.path.exists()


def test_what_is_written_is_read_with_the_names_of_the_document(tmp_path: Path) -> None:
    file = stored(tmp_path)
    file.change(lambda state: replace(state.with_token(TOKEN, 1000.7), media_sources=("nextcloud",)))
    assert json.loads(file.path.read_text()) == {
        "claimToken": TOKEN,
        "claimTokenStoredAt": 1000,
        "mediaSources": ["nextcloud"],
    }
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.read() == PackageState(claim_token=TOKEN, claim_token_at=1000, media_sources=("nextcloud",))


def test_unknown_keys_survive(tmp_path: Path) -> None:
    file = stored(tmp_path)
    file.path.parent.mkdir()
    file.path.write_text('{"smtp": {"host": "a"}, "claimToken": null, "mediaSources": ["filebrowser"]}')
    file.change(lambda state: state.with_token(TOKEN, 1))
    found = json.loads(file.path.read_text())
    assert found["smtp"] == {"host": "a"}
    assert found["mediaSources"] == ["filebrowser"]
    assert found["claimToken"] == TOKEN


def test_a_token_whose_time_nobody_noted_is_as_old_as_the_file(tmp_path: Path) -> None:
    file = stored(tmp_path)
    file.path.parent.mkdir()
    file.path.write_text(json.dumps({"claimToken": TOKEN, "mediaSources": []}))
    os.utime(file.path, (5_000, 5_000))
    assert file.read().claim_token_at == 5_000


@pytest.mark.parametrize("end", range(0, 60, 3))
def test_a_half_written_file_is_put_right_from_the_copy(tmp_path: Path, end: int) -> None:
    file = stored(tmp_path)
    file.change(lambda state: replace(state, media_sources=("filebrowser", "nextcloud"), others={"kept": 1}))
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:end])
    assert file.read().media_sources == ("filebrowser", "nextcloud")
    file.change(lambda state: state.with_token(TOKEN, 1))
    assert json.loads(file.path.read_bytes())["kept"] == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"claimToken": 3, "mediaSources": "x"}', b"null"])
def test_without_a_copy_a_broken_file_is_an_empty_state(tmp_path: Path, content: bytes) -> None:
    file = stored(tmp_path)
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    assert file.read() == PackageState()


def test_no_token_is_left_anywhere_once_it_is_erased(tmp_path: Path) -> None:
    file = stored(tmp_path)
    file.change(lambda state: state.with_token(TOKEN, 1000))
    file.settle(linked=False, now=1000 + 240)
    assert file.read().claim_token is None
    assert not [path for path in file.path.parent.iterdir() if TOKEN.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("linked", "age", "given"),
    [(False, 0, True), (False, 239, True), (False, 240, False), (True, 0, False), (False, -300, False)],
)
def test_the_variable_is_there_only_while_it_is_of_use(linked: bool, age: int, given: bool) -> None:
    state = PackageState().with_token(TOKEN, 10_000)
    now = 10_000 + age
    assert managed_environment(state, linked, now) == ({"PLEX_CLAIM": TOKEN} if given else {})
    assert (state.settled(linked=linked, now=now).claim_token is not None) == given


def test_without_a_token_there_is_no_variable() -> None:
    assert managed_environment(PackageState(), False, 0) == {}


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = stored(tmp_path)
    file.path.mkdir(parents=True)
    with pytest.raises(PackageStateError, match=r"store\.json"):
        file.read()
    with pytest.raises(PackageStateError, match=r"store\.json"):
        file.change(lambda state: state.with_token(TOKEN, 1))


def test_changes_of_several_processes_are_all_kept(tmp_path: Path) -> None:
    path = stored(tmp_path).path
    code = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from vitascope.ops.package_state import StateFile\n"
        "for n in range(20):\n"
        "    StateFile(Path(sys.argv[1])).change(lambda s: replace(s, others={**s.others, f'{sys.argv[2]}{n}': n}))\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "abc"]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert len(StateFile(path).read().others) == 60
