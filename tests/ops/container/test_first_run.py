"""What a new container prepares: ids, ownership, preferences; and nothing twice."""

import os
from pathlib import Path

import pytest

from vitascope.ops.container.accounts import AccountError, Accounts
from vitascope.ops.container.devices import device_groups
from vitascope.ops.container.first_run import Container, first_run
from vitascope.ops.container.ownership import hand_over

_PASSWD = "root:x:0:0:root:/root:/bin/bash\nplex:x:1000:1000::/config:/bin/false\n"
_GROUP = "root:x:0:\nvideo:x:44:\nusers:x:100:plex\nplex:x:1000:\n"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="changes owners: needs root")


@pytest.fixture
def container(tmp_path: Path) -> Container:
    for name in ("config", "transcode", "etc"):
        (tmp_path / name).mkdir()
    accounts = Accounts(passwd=tmp_path / "etc" / "passwd", group=tmp_path / "etc" / "group")
    accounts.passwd.write_text(_PASSWD)
    accounts.group.write_text(_GROUP)
    return Container(
        config=tmp_path / "config", transcode=tmp_path / "transcode", ids=tmp_path / "ids", accounts=accounts
    )


def preferences(container: Container) -> Path:
    return container.config / "Library/Application Support/Plex Media Server/Preferences.xml"


def owner(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_uid, found.st_gid


@as_root
def test_ids_come_from_the_variables(container: Container) -> None:
    first_run(container, {"PLEX_UID": "3000", "PLEX_GID": "44"}, root=True)
    assert container.accounts.passwd.read_text() == _PASSWD.replace("1000:1000", "3000:44")
    assert container.accounts.group.read_text() == _GROUP.replace("plex:x:1000", "plex:x:44")
    assert owner(preferences(container)) == (3000, 44)
    assert owner(container.config / "Library") == (3000, 44)
    assert owner(container.config) != (3000, 44)


@as_root
def test_ids_of_root_are_taken(container: Container) -> None:
    first_run(container, {"PLEX_UID": "0", "PLEX_GID": "0", "CHANGE_CONFIG_DIR_OWNERSHIP": "false"}, root=True)
    assert container.accounts.ids("plex") == (0, 0)
    assert owner(preferences(container)) == (0, 0)


@as_root
def test_a_second_run_changes_nothing(container: Container) -> None:
    variables = {"PLEX_UID": "3000", "PLEX_GID": "3000", "CHANGE_CONFIG_DIR_OWNERSHIP": "true"}
    first_run(container, variables, root=True)
    written = preferences(container)
    written.write_text("<Preferences FriendlyName='x'/>")
    before = container.accounts.passwd.stat().st_ino
    first_run(container, variables, root=True)
    assert written.read_text() == "<Preferences FriendlyName='x'/>"
    assert container.accounts.passwd.stat().st_ino == before


@as_root
def test_ownership_is_changed_when_the_preferences_are_another_users(container: Container) -> None:
    old = preferences(container)
    old.parent.mkdir(parents=True)
    old.write_text("<Preferences/>")
    (old.parent / "plug in").write_text("x")
    (container.transcode / "left").write_text("x")
    first_run(container, {"CHANGE_CONFIG_DIR_OWNERSHIP": "True"}, root=True)
    for path in (container.config, old, old.parent / "plug in", container.transcode / "left"):
        assert owner(path) == (1000, 1000)


@as_root
def test_ownership_is_left_alone_when_it_is_right_or_not_wanted(container: Container) -> None:
    first_run(container, {"CHANGE_CONFIG_DIR_OWNERSHIP": "true"}, root=True)
    stray = container.config / "stray"
    stray.write_text("x")
    os.chown(stray, 77, 77)
    first_run(container, {"CHANGE_CONFIG_DIR_OWNERSHIP": "true"}, root=True)
    assert owner(stray) == (77, 77)
    preferences(container).unlink()
    first_run(container, {"CHANGE_CONFIG_DIR_OWNERSHIP": "false"}, root=True)
    assert owner(stray) == (77, 77)


@as_root
def test_links_in_the_volume_are_not_followed(container: Container, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "shadow").write_text("x")
    (container.config / "link").symlink_to(outside)
    (container.config / "file").symlink_to(outside / "shadow")
    hand_over(container.config, 1000, 1000)
    assert owner(outside) == owner(outside / "shadow") == (0, 0)
    assert owner(container.config / "link") == (1000, 1000)


@as_root
def test_in_a_read_only_root_the_ids_lie_beside(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Accounts, "set_ids", refuse)
    first_run(container, {"PLEX_UID": "3000"}, root=True)
    assert (container.ids / "plex.uid").read_text() == "3000\n"
    assert (container.ids / "plex.gid").read_text() == "1000\n"


def test_an_ordinary_user_gets_the_preferences_and_nothing_else(container: Container) -> None:
    first_run(container, {"PLEX_UID": "3000", "CHANGE_CONFIG_DIR_OWNERSHIP": "true"}, root=False)
    assert container.accounts.passwd.read_text() == _PASSWD
    assert preferences(container).stat().st_mode & 0o777 == 0o600


def test_the_data_may_lie_elsewhere(container: Container, tmp_path: Path) -> None:
    first_run(container, {"PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR": str(tmp_path / "data")}, root=False)
    assert (tmp_path / "data" / "Plex Media Server" / "Preferences.xml").exists()


@pytest.mark.parametrize("text", ["plex", "-1", "1.5", "99999999999", "\u0661"])
def test_what_is_no_id_is_refused(container: Container, text: str) -> None:
    with pytest.raises(AccountError, match="PLEX_UID"):
        first_run(container, {"PLEX_UID": text}, root=True)
    assert container.accounts.passwd.read_text() == _PASSWD


def test_the_groups_of_devices_are_joined_once(container: Container) -> None:
    assert container.accounts.join("plex", 44) == "video"
    assert container.accounts.join("plex", 44) == "video"
    assert container.accounts.join("plex", 993) == "video1"
    text = container.accounts.group.read_text()
    assert "video:x:44:plex\n" in text
    assert "video1:x:993:plex\n" in text


def test_only_devices_count(tmp_path: Path) -> None:
    (tmp_path / "by-path").mkdir()
    (tmp_path / "by-path" / "file").write_text("")
    assert device_groups([tmp_path, tmp_path / "missing"]) == set()
    (tmp_path / "null").symlink_to("/dev/null")
    tty = Path("/dev/tty").stat().st_gid
    (tmp_path / "tty").symlink_to("/dev/tty")
    assert device_groups([tmp_path]) == {Path("/dev/null").stat().st_gid, tty} - {0}
