"""A profile as XML, as the original server writes them on disk.

::

    <Client name="Box" platforms="Box OS,Box" products="Plex for Box" devices="Box 2">
      <Settings><Setting name="DirectPlayStreamSelection" value="false"/></Settings>
      <TranscodeTargets>
        <VideoProfile protocol="hls" container="mpegts" codec="h264" audioCodec="aac,mp3" context="streaming"/>
        <MusicProfile container="mp3" codec="mp3"/> <PhotoProfile container="jpeg"/> <SubtitleProfile container="vtt"/>
      </TranscodeTargets>
      <DirectPlayProfiles>
        <VideoProfile container="mp4" codec="h264" audioCodec="aac" subtitleCodec="mov_text"/>
      </DirectPlayProfiles>
      <ContainerProfiles><VideoContainer name="mkv"><Limitations>…</Limitations></VideoContainer></ContainerProfiles>
      <CodecProfiles>
        <VideoCodec name="h264"><Limitations>
          <UpperBound name="video.level" value="42"/> <Match name="video.profile" list="main|high"/>
        </Limitations></VideoCodec>
      </CodecProfiles>
    </Client>

The attributes ``platforms``, ``products`` and ``devices`` are ours: whose profile it is. An element that nobody knows
is passed over, so that files of the original can be used; a limitation that means nothing is an error, because a
profile without it would promise too much.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from vitascope.core.playback.profiles import (
    ANY,
    Bound,
    ClientProfile,
    Context,
    DirectPlayProfile,
    Kind,
    Limitation,
    Scope,
    TranscodeTarget,
    codec_named,
    container_named,
)
from vitascope.core.playback.profiles.limits import LimitationError, limitation
from vitascope.core.playback.profiles.model import Names
from vitascope.metadata.safe_xml import Element, XmlError, parse

_MOST_BYTES = 256 * 1024
_KINDS = {
    "VideoProfile": Kind.VIDEO,
    "MusicProfile": Kind.MUSIC,
    "PhotoProfile": Kind.PHOTO,
    "SubtitleProfile": Kind.SUBTITLE,
}
_SCOPES = {
    "VideoContainer": Scope.VIDEO_CONTAINER,
    "MusicContainer": Scope.MUSIC_CONTAINER,
    "PhotoContainer": Scope.PHOTO_CONTAINER,
    "VideoCodec": Scope.VIDEO_CODEC,
    "VideoAudioCodec": Scope.VIDEO_AUDIO_CODEC,
    "MusicCodec": Scope.MUSIC_CODEC,
    "SubtitleCodec": Scope.SUBTITLE_CODEC,
    "TranscodeTarget": Scope.TRANSCODE_TARGET,
}
_BOUNDS = {"Match": Bound.MATCH, "NotMatch": Bound.NOT_MATCH, "UpperBound": Bound.UPPER, "LowerBound": Bound.LOWER}


class ProfileError(Exception):
    """A profile that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A profile with what its file says of whose it is, in lower case."""

    profile: ClientProfile
    platforms: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()


def read_profile(data: bytes, *, name: str = "") -> Written:
    """The profile of a file; ``name`` is what it is called when it does not say so itself.

    Raises:
        ProfileError: for what is no profile.
    """
    try:
        root = parse(data, max_bytes=_MOST_BYTES)
    except XmlError as error:
        raise ProfileError(f"this is no profile: {error}") from error
    if root.tag != "Client":
        raise ProfileError(f"its element is {root.tag!r}, not 'Client'")
    try:
        profile = ClientProfile(
            name=root.get("name") or name,
            settings=MappingProxyType(_settings(root)),
            direct_play=tuple(_direct_play(kind, one) for kind, one in _profiles(root, "DirectPlayProfiles")),
            targets=tuple(_target(kind, one) for kind, one in _profiles(root, "TranscodeTargets")),
            limitations=tuple(_limitations(root)),
        )
    except (LimitationError, ValueError) as error:
        raise ProfileError(str(error)) from error
    return Written(
        profile=profile,
        platforms=_whose(root, "platforms"),
        products=_whose(root, "products"),
        devices=_whose(root, "devices"),
    )


def _whose(root: Element, name: str) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in (root.get(name) or "").split(",") if part.strip())


def _settings(root: Element) -> dict[str, str]:
    return {
        str(one.get("name")): str(one.get("value") or "")
        for one in root.iterfind("Settings/Setting")
        if one.get("name")
    }


def _profiles(root: Element, group: str) -> list[tuple[Kind, Element]]:
    return [(_KINDS[str(one.tag)], one) for one in root.iterfind(f"{group}/*") if one.tag in _KINDS]


def _names(element: Element, attribute: str, spell: Callable[[str], str], missing: Names) -> Names:
    text = element.get(attribute)
    if text is None:
        return missing
    parts = [spell(part) for part in text.split(",") if part.strip()]
    return ANY if "*" in parts else tuple(dict.fromkeys(parts))


def _codecs_of(kind: Kind, element: Element, missing: Names) -> tuple[Names, Names, Names]:
    """(video, audio, subtitle): ``codec`` is that of what the element is for."""
    own = _names(element, "codec", codec_named, missing)
    audio = _names(element, "audioCodec", codec_named, missing)
    subtitle = _names(element, "subtitleCodec", codec_named, ())
    match kind:
        case Kind.VIDEO:
            return own, audio, subtitle
        case Kind.MUSIC:
            return (), own if element.get("codec") is not None else audio, ()
        case Kind.SUBTITLE:
            return (), (), own if element.get("codec") is not None else subtitle
    return own, (), ()


def _direct_play(kind: Kind, element: Element) -> DirectPlayProfile:
    video, audio, subtitle = _codecs_of(kind, element, () if kind is Kind.SUBTITLE else ANY)
    return DirectPlayProfile(
        kind=kind,
        containers=_names(element, "container", container_named, ANY),
        video_codecs=video,
        audio_codecs=audio,
        subtitle_codecs=subtitle,
    )


def _target(kind: Kind, element: Element) -> TranscodeTarget:
    container = container_named(element.get("container") or "")
    if not container:
        raise ProfileError("a transcode target has no container")
    video, audio, subtitle = _codecs_of(kind, element, ())
    return TranscodeTarget(
        kind=kind,
        protocol=(element.get("protocol") or "http").lower(),
        container=container,
        context=Context((element.get("context") or "streaming").lower()),
        video_codecs=video,
        audio_codecs=audio,
        subtitle_codecs=subtitle,
        id=element.get("id") or "",
    )


def _limitations(root: Element) -> list[Limitation]:
    found: list[Limitation] = []
    for group in ("ContainerProfiles", "CodecProfiles", "TranscodeTargetProfiles"):
        for owner in root.iterfind(f"{group}/*"):
            scope = _SCOPES.get(str(owner.tag))
            if scope is None:
                continue
            names = [part.strip() for part in (owner.get("name") or owner.get("id") or "*").split(",") if part.strip()]
            for one in owner.iterfind("Limitations/*"):
                if one.tag in _BOUNDS:
                    found += [_limitation(scope, name, one) for name in names]
    return found


def _limitation(scope: Scope, scope_name: str, element: Element) -> Limitation:
    listed = element.get("list")
    value = element.get("value")
    return limitation(
        scope=scope,
        scope_name=scope_name,
        bound=_BOUNDS[str(element.tag)],
        name=element.get("name") or "",
        values=tuple(listed.split("|")) if listed else (value,) if value else (),
        substring=element.get("substring") or "",
        regex=element.get("regex") or "",
        required=_is_true(element, "isRequired"),
        all_streams=_is_true(element, "allStreams") or _is_true(element, "applyToAll"),
    )


def _is_true(element: Element, name: str) -> bool:
    return (element.get(name) or "").lower() in ("1", "true")
