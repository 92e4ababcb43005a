"""What a group says, and how long a run of it waits."""

import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.examples import examples

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine
from vitascope.ops.updates.errors import BadGroup, GroupBusy
from vitascope.ops.updates.groups import Group, Times, load_group, load_member
from vitascope.ops.updates.journal import Journal

MEMBER = """
image = "docker.io/plexinc/pms-docker:latest"
manager = "systemd-user:plex.service"
url = "http://127.0.0.1:32400"
"""


PIECES = [
    *MEMBER.splitlines(keepends=True),
    *("image", "manager", "url", "container", "config", "program", "engine", "healthy_within", "health_path", "keep"),
    *(
        " = ",
        '"',
        "'",
        "\n",
        "[",
        "]",
        "{",
        "}",
        "--",
        "$(x)",
        "\\u0000",
        "~/",
        "../",
        "compose:/a#b",
        "systemd:-x",
        "0x",
    ),
    *(
        "plex",
        "true",
        "1",
        "-1",
        "1e9",
        "1979-05-27",
        "podman",
        "http://[::1",
        "http://x:0",
        "x@sha256:1",
        "#",
        ";",
        " ",
    ),
]


def write(folder: Path, **files: str) -> Path:
    place = folder / "interactive"
    place.mkdir()
    for name, text in files.items():
        (place / f"{name}.toml").write_text(text)
    return folder


@pytest.mark.parametrize("engine", list(Engine))
def test_the_bundle_makes_a_group(engine: Engine, tmp_path: Path) -> None:
    write_bundle(
        make_bundle(Host.MMS, BundleOptions(engine=engine, name="tv", config_dir='/srv/it\'s "50%"')), tmp_path
    )
    group = load_group(tmp_path / "updates", "interactive")
    assert group.broken == {}
    (member,) = group.members
    assert (member.name, member.container_name, member.engine) == ("tv", "tv", engine)
    assert (member.manager, member.config) == ("systemd-user:tv.service", '/srv/it\'s "50%"')
    assert member.pull is (engine is Engine.PLEX)
    if engine is Engine.VITASCOPE:
        assert member.recipients_file == str(Path("~/.config/vitascope/recipients.txt").expanduser())
    timer = (tmp_path / "units/autodeploy-interactive.timer").read_text()
    assert f"OnCalendar=*-*-* {group.times.schedule}:00" in timer


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('imagee = "x"', "imagee"),
        ('image = "plex"', "tag"),
        ('image = "docker.io/plex@sha256:abc"', "no digest"),
        ('manager = "podman:plex"', "starts no container anew"),
        ('manager = "none"', "starts no container anew"),
        ('manager = "runit:plex"', "names no manager"),
        ('url = "file:///etc"', "no address"),
        ('container = "a b"', "no name of a container"),
        ('container = "--all"', "no name of a container"),
        ('engine = "plex"', "config is needed"),
        ('config = "/config"', "engine is needed"),
        ('engine = "plex"\nconfig = "config"', "not absolute"),
        ('engine = "plex"\nconfig = "/config"\nbackup_dir = "/backups"', "belong together"),
        ("healthy_within = 0", "healthy_within"),
        ('pull = "yes"', "pull"),
        ("= nonsense", "plex.toml"),
    ],
)
def test_a_member_that_is_written_wrong_is_named_and_the_others_stay(more: str, message: str, tmp_path: Path) -> None:
    key = more.split(" ")[0]
    kept = "\n".join(line for line in MEMBER.splitlines() if not line.startswith(f"{key} "))
    group = load_group(write(tmp_path, group="", plex=f"{kept}\n{more}\n", other=MEMBER), "interactive")
    assert [member.name for member in group.members] == ["other"]
    assert message in group.broken["plex"]


@pytest.mark.parametrize("text", ['schedule = "2:00"', 'latest = "24:00"', "automatic = 1", 'at_latest = "never"'])
def test_times_that_are_none(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadGroup, match=text.split(" ", maxsplit=1)[0]):
        load_group(write(tmp_path, group=text), "interactive")


@examples(100)
@example(text="a = " + "[" * 5_000)
@example(text="a = " + "9" * 5_000)
@example(text=f"{MEMBER}config = '~/'")
@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_whatever_a_file_says_is_read_or_refused(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-member"
    folder.mkdir(exist_ok=True)
    (folder / "plex.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(BadGroup):
        member = load_member(folder / "plex.toml")
        assert not member.container_name.startswith("-")
        assert not member.image.startswith("-")


def test_a_group_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    write(tmp_path, group="")
    with pytest.raises(BadGroup, match="there is: interactive"):
        load_group(tmp_path, "nightly")
    with pytest.raises(BadGroup, match="no name"):
        load_group(tmp_path, "../interactive")


@pytest.mark.parametrize(
    ("begun", "schedule", "latest", "until"),
    [
        ("2026-11-29 02:00", "02:00", "05:00", "2026-11-29 05:00"),
        ("2026-11-29 04:59", "02:00", "05:00", "2026-11-29 05:00"),
        ("2026-11-29 09:30", "02:00", "05:00", "2026-11-29 12:30"),
        ("2026-11-29 00:30", "23:00", "05:00", "2026-11-29 05:00"),
        ("2026-11-29 23:00", "23:00", "05:00", "2026-11-30 05:00"),
        ("2026-11-29 12:00", "23:00", "05:00", "2026-11-29 18:00"),
    ],
)
def test_how_long_a_run_waits(begun: str, schedule: str, latest: str, until: str) -> None:
    group = Group(name="g", times=Times(schedule=schedule, latest=latest), members=(), broken={})
    assert group.deadline(datetime.fromisoformat(begun).timestamp()) == datetime.fromisoformat(until).timestamp()


@pytest.mark.parametrize(
    ("begun", "schedule", "latest", "until"),
    [
        pytest.param("2026-03-29T01:30+01:00", "01:30", "05:00", "2026-03-29T05:00+02:00", id="an hour is skipped"),
        pytest.param("2026-03-29T03:00+02:00", "02:00", "05:00", "2026-03-29T05:00+02:00", id="its hour is skipped"),
        pytest.param("2026-10-25T02:00+02:00", "02:00", "05:00", "2026-10-25T05:00+01:00", id="an hour comes twice"),
        pytest.param("2026-10-25T02:10+01:00", "02:00", "02:30", "2026-10-25T02:30+01:00", id="the second time"),
        pytest.param("2026-10-25T23:00+01:00", "23:00", "01:00", "2026-10-26T01:00+01:00", id="the day after"),
        pytest.param("2026-10-24T20:00+02:00", "02:00", "05:00", "2026-10-24T23:00+02:00", id="by hand, before it"),
    ],
)
def test_a_run_waits_by_the_clock_on_the_wall_in_the_nights_it_is_changed(
    begun: str, schedule: str, latest: str, until: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Group(name="g", times=Times(schedule=schedule, latest=latest), members=(), broken={})
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        found = group.deadline(datetime.fromisoformat(begun).timestamp())
    time.tzset()
    assert found == datetime.fromisoformat(until).timestamp()


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "interactive").locked():
        with pytest.raises(GroupBusy, match="interactive"), Journal(tmp_path / "interactive").locked():
            raise AssertionError("not reached")
        with Journal(tmp_path / "other").locked():
            pass
    with Journal(tmp_path / "interactive").locked():
        pass
