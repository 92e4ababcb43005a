"""``X-Plex-Client-Profile-Extra``: what a client adds to its profile, read and applied.

::

    extension  = directive *( "+" directive )
    directive  = verb "(" [ name "=" value *( "&" name "=" value ) ] ")"

Values may be percent-encoded once more, and a ``+`` of a query that was not encoded arrives as a space. A directive
that means nothing is left out, with the reason kept for whoever wonders; it is never an error of the request, because
a client that sends it wants to play something.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import unquote

from vitascope.core.playback.profiles.limits import LimitationError, limitation
from vitascope.core.playback.profiles.model import (
    ANY,
    Bound,
    ClientProfile,
    Context,
    DirectPlayProfile,
    Kind,
    Names,
    Scope,
    TranscodeTarget,
)
from vitascope.core.playback.profiles.names import codec_named, container_named

MOST_LETTERS = 16_384
MOST_DIRECTIVES = 200
_MOST_NAMES = 64
_LONGEST_VALUE = 512

Arguments = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A directive that was left out, and why."""

    directive: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A profile with what a client adds to it."""

    profile: ClientProfile
    ignored: tuple[Ignored, ...] = ()


class _Meaningless(Exception):
    """Why a directive is left out."""


def extended(profile: ClientProfile, extra: str) -> Extended:
    """The profile with the directives of ``extra`` carried out, in their order."""
    ignored: list[Ignored] = []
    if len(extra) > MOST_LETTERS:
        reason = f"the extension has more than {MOST_LETTERS} letters"
        return Extended(profile=profile, ignored=(Ignored(directive=extra[:80], reason=reason),))
    for count, (verb, arguments, said) in enumerate(_directives(extra)):
        if count == MOST_DIRECTIVES:
            ignored.append(Ignored(directive=said[:80], reason=f"there are more than {MOST_DIRECTIVES} directives"))
            break
        try:
            profile = _carried_out(profile, verb, arguments)
        except _Meaningless as error:
            ignored.append(Ignored(directive=said[:200], reason=str(error)))
    return Extended(profile=profile, ignored=tuple(ignored))


def _directives(extra: str) -> list[tuple[str, str | None, str]]:
    """(verb, what is in the brackets, the directive as it was sent); without brackets ``None``."""
    found: list[tuple[str, str | None, str]] = []
    rest = extra.strip("+ \t\r\n")
    while rest:
        verb, bracket, after = rest.partition("(")
        if not bracket:
            found.append((rest, None, rest))
            break
        inside, closed, rest = after.partition(")")
        said = f"{verb}({inside})" if closed else f"{verb}({inside}"
        found.append((verb.strip().lower(), inside if closed else None, said))
        rest = rest.lstrip("+ \t\r\n")
    return found


def _carried_out(profile: ClientProfile, verb: str, inside: str | None) -> ClientProfile:
    act = _VERBS.get(verb)
    if act is None:
        raise _Meaningless("there is no such directive")
    if inside is None:
        raise _Meaningless("its brackets are missing")
    return act(profile, _arguments(inside))


def _arguments(inside: str) -> Arguments:
    found: dict[str, str] = {}
    for pair in inside.split("&"):
        name, equals, value = pair.partition("=")
        if not pair.strip():
            continue
        if not equals:
            raise _Meaningless(f"{pair.strip()[:40]!r} has no value")
        text = unquote(value).strip()
        if len(text) > _LONGEST_VALUE or not text.isprintable():
            raise _Meaningless(f"the value of {name.strip()[:40]!r} is no text of at most {_LONGEST_VALUE} letters")
        found[name.strip()] = text
    return found


# --- reading arguments -----------------------------------------------------------------------------------------


def _required(arguments: Arguments, name: str) -> str:
    value = arguments.get(name, "")
    if not value:
        raise _Meaningless(f"{name} is missing")
    return value


def _kind(arguments: Arguments) -> Kind:
    try:
        return Kind(_required(arguments, "type"))
    except ValueError:
        raise _Meaningless(f"type is none of {', '.join(Kind)}") from None


def _context(arguments: Arguments) -> Context:
    try:
        return Context(_required(arguments, "context").lower())
    except ValueError:
        raise _Meaningless(f"context is none of {', '.join(Context)}") from None


def _listed(arguments: Arguments, name: str, spell: Callable[[str], str]) -> Names:
    parts = [spell(part) for part in arguments.get(name, "").split(",") if part.strip()]
    if len(parts) > _MOST_NAMES:
        raise _Meaningless(f"{name} names more than {_MOST_NAMES}")
    return ANY if "*" in parts else tuple(dict.fromkeys(parts))


def _codecs(arguments: Arguments, name: str) -> Names:
    return _listed(arguments, name, codec_named)


def _is_true(arguments: Arguments, name: str) -> bool:
    value = arguments.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        raise _Meaningless(f"{name} is true or false")
    return value in ("true", "1")


# --- the verbs -------------------------------------------------------------------------------------------------


def _add_direct_play(profile: ClientProfile, arguments: Arguments) -> ClientProfile:
    kind = _kind(arguments)
    _required(arguments, "container")
    containers = _listed(arguments, "container", container_named)
    asked = {name: _codecs(arguments, name) for name in ("videoCodec", "audioCodec", "subtitleCodec")}
    if all(codecs in (ANY, ()) for codecs in asked.values()) and kind is not Kind.PHOTO:
        raise _Meaningless("one of videoCodec, audioCodec and subtitleCodec must name something")
    like = [
        one
        for one in profile.direct_play
        if one.kind is kind and (containers == ANY or one.containers == ANY or set(containers) & set(one.containers))
    ]

    def meant(names: Names, existing: Callable[[DirectPlayProfile], Names], nothing: Names) -> Names:
        """``*`` stands for what the profile has already; for everything where it has nothing."""
        if names != ANY:
            return names
        known = dict.fromkeys(name for one in like for name in existing(one))
        return (ANY if "*" in known else tuple(known)) if known else nothing

    added = DirectPlayProfile(
        kind=kind,
        containers=meant(containers, lambda one: one.containers, ANY),
        video_codecs=meant(asked["videoCodec"], lambda one: one.video_codecs, ANY),
        audio_codecs=meant(asked["audioCodec"], lambda one: one.audio_codecs, ANY),
        subtitle_codecs=meant(asked["subtitleCodec"], lambda one: one.subtitle_codecs, ()),
    )
    return replace(profile, direct_play=(*profile.direct_play, added))


def _add_target(profile: ClientProfile, arguments: Arguments) -> ClientProfile:
    kind, context = _kind(arguments), _context(arguments)
    target = TranscodeTarget(
        kind=kind,
        context=context,
        protocol=_required(arguments, "protocol").lower(),
        container=container_named(_required(arguments, "container")),
        video_codecs=_codecs(arguments, "videoCodec"),
        audio_codecs=_codecs(arguments, "audioCodec"),
        subtitle_codecs=_codecs(arguments, "subtitleCodec"),
        id=arguments.get("id", ""),
    )
    wanted = {Kind.VIDEO: "videoCodec", Kind.MUSIC: "audioCodec", Kind.SUBTITLE: "subtitleCodec"}.get(kind)
    if wanted is not None:
        _required(arguments, wanted)

    def same(one: TranscodeTarget) -> bool:
        alike = (one.kind, one.context, one.protocol) == (target.kind, target.context, target.protocol)
        return alike and (not target.id or one.id == target.id)

    if _is_true(arguments, "replace"):
        kept = tuple(one for one in profile.targets if not same(one))
        return replace(profile, targets=(target, *kept))
    if any(same(one) for one in profile.targets):
        raise _Meaningless("the profile has such a target already")
    # The first target that fits is taken: one that was named on purpose comes before those of the profile.
    return replace(profile, targets=(target, *profile.targets) if target.id else (*profile.targets, target))


def _target_codec(profile: ClientProfile, arguments: Arguments, *, front: bool) -> ClientProfile:
    kind = _kind(arguments)
    identifier = arguments.get("id", "")
    context = None if identifier else _context(arguments)
    protocol = "" if identifier else _required(arguments, "protocol").lower()
    video, audio, subtitle = (_codecs(arguments, name) for name in ("videoCodec", "audioCodec", "subtitleCodec"))
    if not (video or audio or subtitle):
        raise _Meaningless("videoCodec, audioCodec or subtitleCodec is missing")

    def fits(one: TranscodeTarget) -> bool:
        if one.kind is not kind:
            return False
        if identifier:
            return one.id == identifier
        return one.protocol == protocol and context in (one.context, Context.ALL)

    def with_them(old: Names, new: Names) -> Names:
        return tuple(dict.fromkeys((*new, *old) if front else (*old, *new)))

    if not any(fits(one) for one in profile.targets):
        raise _Meaningless("the profile has no such target")
    changed = tuple(
        replace(
            one,
            video_codecs=with_them(one.video_codecs, video),
            audio_codecs=with_them(one.audio_codecs, audio),
            subtitle_codecs=with_them(one.subtitle_codecs, subtitle),
        )
        if fits(one)
        else one
        for one in profile.targets
    )
    return replace(profile, targets=changed)


def _add_target_codec(profile: ClientProfile, arguments: Arguments) -> ClientProfile:
    return _target_codec(profile, arguments, front=True)


def _append_target_codec(profile: ClientProfile, arguments: Arguments) -> ClientProfile:
    return _target_codec(profile, arguments, front=False)


def _add_limitation(profile: ClientProfile, arguments: Arguments) -> ClientProfile:
    try:
        scope = Scope(_required(arguments, "scope"))
        bound = Bound(_required(arguments, "type"))
    except ValueError as error:
        raise _Meaningless(f"{error}") from None
    name = _required(arguments, "name")
    said = [one for one in ("value", "list", "substring", "regex") if arguments.get(one)]
    if len(said) != 1:
        raise _Meaningless("exactly one of value, substring and regex is given")
    required, all_streams = _is_true(arguments, "isRequired"), _is_true(arguments, "allStreams")
    scope_name = _required(arguments, "scopeName")
    try:
        added = limitation(
            scope=scope,
            scope_name=scope_name,
            bound=bound,
            name=name,
            values=(arguments["value"],) if said == ["value"] else tuple(arguments.get("list", "").split("|")),
            substring=arguments.get("substring", ""),
            regex=arguments.get("regex", ""),
            required=required,
            all_streams=all_streams,
        )
    except LimitationError as error:
        raise _Meaningless(str(error)) from None
    kept = profile.limitations
    if _is_true(arguments, "replace"):
        kept = tuple(
            one
            for one in kept
            if (one.scope, one.scope_name, one.name, one.bound) != (scope, added.scope_name, name, bound)
        )
    return replace(profile, limitations=(*kept, added))


def _add_settings(profile: ClientProfile, arguments: Arguments) -> ClientProfile:
    if not arguments:
        raise _Meaningless("no setting is named")
    merged = dict(profile.settings) | dict(arguments)
    if len(merged) > _MOST_NAMES:
        raise _Meaningless(f"a profile has at most {_MOST_NAMES} settings")
    return replace(profile, settings=MappingProxyType(merged))


_VERBS: Mapping[str, Callable[[ClientProfile, Arguments], ClientProfile]] = {
    "add-direct-play-profile": _add_direct_play,
    "add-transcode-target": _add_target,
    "add-transcode-target-codec": _add_target_codec,
    "append-transcode-target-codec": _append_target_codec,
    "add-transcode-target-audio-codec": _add_target_codec,
    "append-transcode-target-audio-codec": _append_target_codec,
    "add-limitation": _add_limitation,
    "add-settings": _add_settings,
}
