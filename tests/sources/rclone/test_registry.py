"""What is kept of sources: two files that are whole, ours alone, and say what rclone reads in them."""

import json
import os
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.remotes import Remote

from vitascope.sources.errors import (
    InvalidSource,
    RemoteRefused,
    SourceError,
    SourceExists,
    UnknownSource,
)
from vitascope.sources.rclone.config import read_sections
from vitascope.sources.rclone.flags import parse_flags
from vitascope.sources.rclone.program import ask, find_rclone
from vitascope.sources.rclone.registry import Change, Registry, Wish
from vitascope.sources.rclone.source import Way

LOCAL = Wish(address="here:/srv/films", kind="local", options={})
B2 = Wish(address="b2:bucket", options={"account": "0012", "key": "K001secretKey"})


def dumped(registry: Registry) -> dict[str, dict[str, str]]:
    """The configuration as rclone reads it."""
    text = ask(find_rclone({}), registry.places.root, "config", "dump", "--config", str(registry.places.config))
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def test_a_source_is_kept_in_two_files_of_which_one_has_the_secrets(registry: Registry, tmp_path: Path) -> None:
    source = registry.add(B2, ask_remote=False)
    assert (source.name, source.kind, source.mount) == ("bucket", "b2", str(tmp_path / "config/mnt/bucket"))
    assert registry.list() == [source]
    assert dumped(registry) == {
        "b2": {
            "type": "b2",
            "account": "0012",
            "key": "K001secretKey",
            "hard_delete": "true",
            "versions": "false",
        }
    }
    assert b"K001secretKey" not in registry.places.sources.read_bytes()
    root = registry.places.root
    assert {name: oct((root / name).stat().st_mode & 0o777) for name in os.listdir(root)} == {
        "rclone.conf": "0o600",
        "sources.json": "0o600",
    }
    assert oct(root.stat().st_mode & 0o777) == "0o700"


def test_a_file_that_was_opened_to_others_is_closed_before_a_secret_is_written(registry: Registry) -> None:
    registry.add(LOCAL, ask_remote=False)
    registry.places.config.chmod(0o644)
    registry.add(B2, ask_remote=False)
    assert oct(registry.places.config.stat().st_mode & 0o777) == "0o600"


def test_passwords_are_obscured_as_rclone_wants_them(registry: Registry) -> None:
    password = "correct horse; #battery=[staple]"
    wish = Wish(address="dav:", kind="webdav", name="dav", options={"url": "http://h/", "user": "me", "pass": password})
    registry.add(wish, ask_remote=False)
    kept = dumped(registry)["dav"]["pass"]
    assert password not in registry.places.config.read_text("utf-8")
    assert ask(find_rclone({}), registry.places.root, "reveal", kept).strip() == password


def test_what_rclone_wrote_itself_stays(registry: Registry) -> None:
    registry.add(LOCAL, ask_remote=False)
    with registry.places.config.open("a") as file:
        file.write('\n[drive]\ntype = drive\ntoken = {"access_token":"x","expiry":"2026"}\n')
    registry.add(B2, ask_remote=False)
    assert dumped(registry)["drive"] == {"type": "drive", "token": '{"access_token":"x","expiry":"2026"}'}
    registry.remove("bucket")
    assert set(dumped(registry)) == {"here", "drive"}


def test_two_sources_share_a_remote_until_the_last_goes(registry: Registry) -> None:
    registry.add(B2, ask_remote=False)
    second = registry.add(Wish(address="b2:other"), ask_remote=False)
    assert (second.kind, second.options) == ("b2", {"hard_delete": "true", "versions": "false", "account": "0012"})
    registry.remove("bucket")
    assert set(dumped(registry)) == {"b2"}
    registry.remove("other")
    assert read_sections(registry.places.config) == {}
    assert registry.list() == []


def test_what_is_there_already_is_not_replaced(registry: Registry) -> None:
    registry.add(B2, ask_remote=False)
    before = registry.places.config.read_bytes(), registry.places.sources.read_bytes()
    with pytest.raises(SourceExists, match="remote 'b2'"):
        registry.add(replace(B2, name="again"), ask_remote=False)
    with pytest.raises(SourceExists, match="source 'bucket'"):
        registry.add(Wish(address="b2:bucket"), ask_remote=False)
    with pytest.raises(SourceExists, match="is mounted at"):
        registry.add(Wish(address="b2:x", mount=registry.get("bucket").mount + "/in"), ask_remote=False)
    with pytest.raises(InvalidSource, match="needs account, key"):
        registry.add(Wish(address="other:x", kind="b2"), ask_remote=False)
    with pytest.raises(InvalidSource, match="no remotes of type 'other'"):
        registry.add(Wish(address="other:x"), ask_remote=False)
    with pytest.raises(UnknownSource):
        registry.remove("nothing")
    assert (registry.places.config.read_bytes(), registry.places.sources.read_bytes()) == before
    assert sorted(os.listdir(registry.places.root)) == ["rclone.conf", "sources.json"]


_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=_TEXT | st.sampled_from(["[x]", "=", "#", ";x", "a;b", "a # b", "\\n", "$HOME", "%s", "a]", "x = y", "key"])
)
def test_any_key_is_either_refused_or_read_by_rclone_as_it_is(registry: Registry, value: str) -> None:
    wish = replace(B2, options={"account": "0012", "key": value})
    try:
        registry.add(wish, ask_remote=False)
    except InvalidSource as error:
        assert re.search("option", str(error))
        return
    assert dumped(registry)["b2"]["key"] == value
    assert set(dumped(registry)) == {"b2"}
    registry.remove("bucket")


def test_a_list_that_is_damaged_is_said_and_not_overwritten(registry: Registry) -> None:
    registry.add(LOCAL, ask_remote=False)
    registry.places.sources.write_text('[{"name": "x"}')
    with pytest.raises(SourceError, match="damaged"):
        registry.add(B2, ask_remote=False)
    assert registry.places.sources.read_text() == '[{"name": "x"}'


def test_changes_at_once_are_all_kept(registry: Registry) -> None:
    registry.add(LOCAL, ask_remote=False)
    failed: list[Exception] = []

    def add(number: int) -> None:
        try:
            registry.add(Wish(address=f"here:/srv/{number}"), ask_remote=False)
        except SourceError as error:
            failed.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {source.name for source in registry.list()} == {"films", *"012345"}


@pytest.mark.parametrize("kind", ["s3", "webdav"])
def test_a_remote_is_asked_before_it_is_added(registry: Registry, serve: Callable[[str], Remote], kind: str) -> None:
    remote = serve(kind)
    wrong = {**remote.options, remote.secret_option: "wrong-wrong-wrong-wrong"}
    with pytest.raises(RemoteRefused, match="the remote refuses the key") as caught:
        registry.add(Wish(address="far:media", kind=kind, options=wrong))
    assert "wrong-wrong" not in str(caught.value)
    with pytest.raises(RemoteRefused, match="not found"):
        registry.add(Wish(address="far:elsewhere", kind=kind, options=remote.options))
    assert registry.list() == []
    assert registry.add(Wish(address="far:media", kind=kind, options=remote.options)).name == "media"
    remote.die()
    with pytest.raises(RemoteRefused, match="connection refused"):
        registry.add(Wish(address="far:media/below"))


def _files(registry: Registry) -> tuple[bytes, bytes]:
    return registry.places.config.read_bytes(), registry.places.sources.read_bytes()


def test_what_is_not_named_stays_when_a_source_is_changed(registry: Registry) -> None:
    registry.add(replace(B2, flags=parse_flags({"buffer-size": "1M", "read-only": ""})), ask_remote=False)
    other = registry.add(Wish(address="b2:other"), ask_remote=False)
    changed = registry.change("bucket", Change(flags={"buffer-size": "2M"}, storage_usd_per_gb=0.006))
    assert (changed.flags.buffer_size, changed.flags.read_only, changed.edition) == ("2M", True, 0)
    assert (changed.storage_usd_per_gb, changed.download_usd_per_gb) == (0.006, 0.01)
    assert registry.list() == [changed, other]
    # Options are the remote's, and so of every source in it.
    wish = Change(options={"account": "0013", "key": "K002other", "hard_delete": ""})
    registry.change("bucket", wish, ask_remote=False)
    assert dumped(registry) == {"b2": {"type": "b2", "account": "0013", "key": "K002other", "versions": "false"}}
    for source in registry.list():
        assert (source.options, source.edition) == ({"account": "0013", "versions": "false"}, 1)
        assert registry.secret_names(source) == ["key"]
    assert b"K002" not in registry.places.sources.read_bytes()


def test_a_new_price_is_as_good_for_what_is_mounted_and_nothing_else_is(registry: Registry) -> None:
    source = registry.add(B2, ask_remote=False)
    assert registry.change("bucket", Change(download_usd_per_gb=0.0)).mounts_like(source)
    assert not registry.change("bucket", Change(flags={"no-modtime": "false"})).mounts_like(source)
    again = registry.get("bucket")
    assert not registry.change("bucket", Change(options={"key": "K002"}), ask_remote=False).mounts_like(again)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(options={"key": ""}), "needs key"),
        (Change(options={"nothing": "x"}), "no option 'nothing'"),
        (Change(options={"type": "local"}), "no option 'type'"),
        (Change(options={"key": "K\n[other]"}), "no line ends"),
        (Change(options={"key": "K002"}, flags={"rc-addr": ":5572"}), "there is none"),
        (Change(flags={"buffer-size": "much"}), "is no size"),
    ],
)
def test_a_change_that_cannot_be_leaves_all_as_it_was(registry: Registry, change: Change, said: str) -> None:
    registry.add(B2, ask_remote=False)
    before = _files(registry)
    with pytest.raises(InvalidSource, match=re.escape(said)):
        registry.change("bucket", change, ask_remote=False)
    with pytest.raises(UnknownSource):
        registry.change("nothing", change, ask_remote=False)
    assert _files(registry) == before


def test_an_option_that_runs_a_command_gets_in_by_no_change(registry: Registry) -> None:
    registry.add(Wish(address="far:x", kind="sftp", options={"host": "h"}), ask_remote=False)
    with pytest.raises(InvalidSource, match="runs a command"):
        registry.change("x", Change(options={"ssh": "id"}), ask_remote=False)


def test_a_new_key_is_tried_for_every_source_of_its_remote_before_it_is_kept(
    registry: Registry, serve: Callable[[str], Remote]
) -> None:
    remote = serve("webdav")
    (remote.folder / "films").mkdir()
    registry.add(Wish(address="far:media", kind="webdav", options=remote.options))
    registry.add(Wish(address="far:films"))
    before = _files(registry)
    with pytest.raises(RemoteRefused, match="the remote refuses the key") as caught:
        registry.change("media", Change(options={"pass": "wrong-wrong-wrong"}, storage_usd_per_gb=1.0))
    assert "wrong-wrong" not in str(caught.value)
    assert _files(registry) == before
    (remote.folder / "films").rmdir()
    with pytest.raises(RemoteRefused, match=r"far:films: .*not found"):
        registry.change("media", Change(options={"pass": remote.secret}))
    assert _files(registry) == before
    registry.change("films", Change(options={"pass": "another"}), ask_remote=False)
    assert {source.edition for source in registry.list()} == {1}


def test_a_list_that_cannot_be_written_leaves_the_old_key(registry: Registry, tmp_path: Path) -> None:
    registry.add(B2, ask_remote=False)
    before = _files(registry)

    def write(path: Path, data: bytes) -> None:
        if path.name == "sources.json":
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    full = Registry(registry.places, mounts=tmp_path, write=write)
    with pytest.raises(SourceError, match="No space left"):
        full.change("bucket", Change(options={"key": "K002"}), ask_remote=False)
    assert _files(registry) == before


def test_a_source_is_read_another_way_where_that_can_be(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking: str | None = "no FUSE"
    monkeypatch.setattr("vitascope.sources.rclone.registry.missing_fuse", lambda: lacking)
    assert registry.add(B2, ask_remote=False).way is Way.DIRECT
    before = _files(registry)
    for change, said in (
        (Change(way="mount"), "way mount: no FUSE"),
        (Change(way="fly"), "way 'fly': auto, mount, direct"),
        (Change(flags={"allow-other": ""}), "flag allow-other: nothing is mounted"),
    ):
        with pytest.raises(InvalidSource, match=said):
            registry.change("bucket", change)
    assert _files(registry) == before
    lacking = None
    mounted = registry.change("bucket", Change(way="auto", flags={"allow-other": ""}))
    assert (mounted.way, mounted.flags.allow_other) == (Way.MOUNT, True)
    assert not mounted.mounts_like(registry.change("bucket", Change(way="direct", flags={"allow-other": "false"})))
