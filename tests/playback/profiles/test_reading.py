"""Profiles as XML, shipped and the owner's own, and which of them a client has."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.playback.profiles import Bound, Context, Kind, Scope
from vitascope.playback.profiles import Client, ProfileError, Profiles, read_profile
from vitascope.playback.profiles.shelf import shipped

BOX = b"""<?xml version="1.0" encoding="utf-8"?>
<Client name="Box" platforms="Box OS, Boxy">
  <Settings><Setting name="DirectPlayStreamSelection" value="false"/></Settings>
  <TranscodeTargets>
    <VideoProfile protocol="hls" container="mpegts" codec="h264" audioCodec="aac,dts" context="streaming">
      <Setting name="VideoEncodeFlags" value="-x"/>
    </VideoProfile>
    <MusicProfile container="mp3" codec="mp3"/><PhotoProfile container="jpeg"/>
    <SubtitleProfile container="webvtt" codec="webvtt" context="all"/>
  </TranscodeTargets>
  <DirectPlayProfiles>
    <VideoProfile container="matroska,mp4" codec="h264,hevc" audioCodec="aac" subtitleCodec="srt"/>
    <VideoProfile container="avi"/><MusicProfile container="mp3" codec="mp3"/>
  </DirectPlayProfiles>
  <ContainerProfiles><VideoContainer name="mkv"><Limitations>
    <UpperBound name="container.size" value="4294967295"/></Limitations></VideoContainer></ContainerProfiles>
  <CodecProfiles><VideoCodec name="h264,hevc"><Limitations>
    <UpperBound name="video.level" value="42" isRequired="true"/><Match name="video.profile" list="main|high"/>
  </Limitations></VideoCodec></CodecProfiles>
  <Whatever/>
</Client>"""


def test_everything_that_a_file_says_is_read() -> None:
    written = read_profile(BOX)
    profile = written.profile
    assert (profile.name, written.platforms) == ("Box", frozenset({"box os", "boxy"}))
    assert profile.setting("DirectPlayStreamSelection") == "false"
    video, music, photo, subtitle = profile.targets
    assert (video.protocol, video.container, video.video_codecs) == ("hls", "mpegts", ("h264",))
    assert video.audio_codecs == ("aac", "dca")
    assert (music.kind, music.audio_codecs) == (Kind.MUSIC, ("mp3",))
    assert (photo.kind, photo.container) == (Kind.PHOTO, "jpeg")
    assert (subtitle.container, subtitle.subtitle_codecs, subtitle.context) == ("vtt", ("vtt",), Context.ALL)
    first, second, _ = profile.direct_play
    assert (first.containers, first.subtitle_codecs) == (("mkv", "mp4"), ("srt",))
    assert (second.video_codecs, second.audio_codecs) == (("*",), ("*",))
    assert [(one.scope, one.scope_name, one.bound) for one in profile.limitations] == [
        (Scope.VIDEO_CONTAINER, "mkv", Bound.UPPER),
        (Scope.VIDEO_CODEC, "h264", Bound.UPPER),
        (Scope.VIDEO_CODEC, "hevc", Bound.UPPER),
        (Scope.VIDEO_CODEC, "h264", Bound.MATCH),
        (Scope.VIDEO_CODEC, "hevc", Bound.MATCH),
    ]
    assert profile.limitations[3].values == ("main", "high")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<Profile/>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Client name="&x;"/>',
        b'<Client name="a"><TranscodeTargets><VideoProfile codec="h264"/></TranscodeTargets></Client>',
        b'<Client name="a"><TranscodeTargets><MusicProfile container="mp3" context="now"/></TranscodeTargets></Client>',
        BOX.replace(b'value="42"', b'value="x"'),
        BOX.replace(b"video.level", b"video.mood"),
        b"<Client>" + b"<a>" * 200_000,
    ],
)
def test_what_is_no_profile_is_refused(data: bytes) -> None:
    with pytest.raises(ProfileError):
        read_profile(data, name="a")


@pytest.mark.property
@given(st.binary(max_size=300) | st.sampled_from(range(len(BOX))).map(lambda at: BOX[:at] + b"<" + BOX[at + 1 :]))
def test_whatever_a_file_holds_is_read_or_refused(data: bytes) -> None:
    try:
        read_profile(data, name="x")
    except ProfileError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("client", "name"),
    [
        (Client(profile="Generic", platform="Chrome"), "Generic"),
        (Client(profile="generic"), "Generic"),
        (Client(profile="No such", platform="Chrome"), "Chrome"),
        (Client(platform="Chrome", product="Plex Web"), "Chrome"),
        (Client(platform="Microsoft Edge", product="Plex Web"), "Edge"),
        (Client(platform="Firefox"), "Firefox"),
        (Client(platform="Safari"), "Safari"),
        (Client(platform="iOS", product="Plex for iOS"), "iOS"),
        (Client(platform="iOS", product="Infuse"), "Infuse"),
        (Client(platform="tvOS", product="Infuse-Library"), "Infuse"),
        (Client(platform="tvOS", product="Plex for Apple TV"), "tvOS"),
        (Client(platform="Android", product="Plex for Android (Mobile)"), "Android"),
        (Client(platform="Android", product="Plex for Android (TV)"), "Android TV"),
        (Client(platform="Android", device="SHIELD Android TV"), "Android TV"),
        (Client(platform="Roku", product="Plex for Roku"), "Roku"),
        (Client(platform="webOS", product="Plex for LG"), "LG webOS"),
        (Client(platform="Tizen", product="Plex for Samsung"), "Samsung Tizen"),
        (Client(platform="Xbox One"), "Xbox"),
        (Client(platform="PlayStation 5"), "PlayStation"),
        (Client(product="PlexKodiConnect", platform="Linux"), "Kodi"),
        (Client(product="Plex HTPC", platform="Windows"), "mpv"),
        (Client(platform="Chromecast"), "Chromecast"),
        (Client(platform="Linux", product="PlexAPI"), "Unknown"),
        (Client(), "Unknown"),
    ],
)
def test_a_client_gets_the_profile_of_what_it_is(tmp_path: Path, client: Client, name: str) -> None:
    assert Profiles(tmp_path / "none").choose(client).name == name


def test_all_that_are_promised_are_shipped() -> None:
    promised = "Chrome Firefox Safari Edge iOS tvOS Android|Android TV|Roku LG|Samsung Xbox PlayStation Kodi mpv Infuse"
    names = " ".join(written.profile.name for written in shipped().values())
    for word in promised.replace("|", " ").split():
        assert word in names
    for written in shipped().values():
        assert written.profile.name == "Generic" or written.profile.targets


def test_the_owners_own_come_first_and_are_read_again_when_they_change(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    assert profiles.choose(Client(platform="Chrome")).targets
    own = tmp_path / "chrome.xml"
    own.write_text('<Client name="Chrome"/>')
    assert profiles.choose(Client(platform="Chrome")).targets == ()
    (tmp_path / "Sofa.xml").write_text('<Client><Settings><Setting name="a" value="b"/></Settings></Client>')
    assert profiles.choose(Client(profile="sofa")).setting("a") == "b"
    assert profiles.choose(Client(device="Sofa")).name == "Sofa"
    own.write_text('<Client name="Chrome" platforms="Browser"/>')
    os.utime(own, ns=(1, 1))
    assert profiles.choose(Client(platform="Browser")).name == "Chrome"
    own.unlink()
    assert profiles.choose(Client(platform="Chrome")).targets


def test_a_file_that_is_no_profile_is_named_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.xml").write_text("<Client")
    profiles = Profiles(tmp_path)
    assert profiles.choose(Client(platform="Roku")).name == "Roku"
    assert len(profiles.problems) == 1
    assert "broken.xml" in profiles.problems[0]
