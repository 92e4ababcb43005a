"""Shows: episodes cut from a shared intro, a body of their own and shared credits; NFO, posters, theme."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from vitascope.media.demo import artwork, captions, make_music, nfo, painting, reel, sound
from vitascope.media.demo.entries import Episode, Show
from vitascope.media.demo.make_films import coder_of, moving, seed_of
from vitascope.media.demo.titles import Card, Fade, Line, Roll, title_lines
from vitascope.media.demo.workshop import Bench, Job

_SIZE = (640, 360)
_NUMBERS = ("Zero", "One", "Two", "Three", "Four")


def jobs(shows: Sequence[Show]) -> Iterator[Job]:
    """One job for the episodes of each show, one for its pictures and texts."""
    for show in shows:
        base = f"TV Shows/{show.folder}"
        paths = tuple(show.path(episode) for episode in show.episodes)
        yield Job(part="TV Shows", label=show.title, outputs=paths, run=_filmed(show), weight=9 * len(paths))
        stems = [path.removesuffix(show.extension) for path in paths]
        still = [f"{base}/{name}" for name in ("tvshow.nfo", "poster.jpg", "fanart.jpg", "banner.jpg", "theme.mp3")]
        still += [f"{base}/season{season:02}-poster.jpg" for season in seasons(show)]
        still += [f"{stem}.nfo" for stem in stems] + [f"{stems[0]}.en.srt"]
        yield Job(part="TV Shows", label=f"{show.title}: artwork", outputs=tuple(still), run=_stills(show), weight=4)


def seasons(show: Show) -> list[int]:
    """The numbers of a show's seasons."""
    return sorted({episode.season for episode in show.episodes})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What all episodes of a show have in common: pictures of intro and credits (if it has them), sound of both."""

    intro: reel.Segment | None
    credits: reel.Segment | None
    opening: sound.Pcm
    closing: sound.Pcm


def _filmed(show: Show) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        shared = _Shared(
            intro=_intro(show, bench) if show.intro_seconds else None,
            credits=_credits(show, bench) if show.credits_seconds else None,
            opening=sound.compose(seed_of(show.title), max(8, show.intro_seconds), show.style, loop=False),
            closing=sound.compose(seed_of(show.title + "end"), max(8, show.credits_seconds), show.style, loop=False),
        )
        for episode in show.episodes:
            if bench.wants(show.path(episode)):
                _film(show, episode, shared, bench)

    return run


def _coder() -> reel.Coder:
    return coder_of("h264", *_SIZE)


def _intro(show: Show, bench: Bench) -> reel.Segment:
    length = show.intro_seconds
    place = moving(show.scene, seed=seed_of(show.title))
    names = [role.actor for role in show.cast[:3]]
    cards = [
        Card(
            *_SIZE, (Line(text=name.upper(), size=0.038, tracking=0.6),), start=1.0 + index * 3.6,
            end=4.4 + index * 3.6, x=(0.3, 0.7, 0.35)[index % 3], y=(0.25, 0.35, 0.3)[index % 3],
        )
        for index, name in enumerate(names)
    ]  # fmt: skip
    title = Card(*_SIZE, title_lines(show.title, large=0.14), start=length - 8.0, end=length - 0.3, y=0.42)
    return reel.shoot(
        _coder(
            ), lambda second: place(second * 1.6), length, overlays=(*cards, title, Fade(length, rise=0.7, fall=0.7),
        ),
        check=bench.check,
    )  # fmt: skip


def _credits(show: Show, bench: Bench) -> reel.Segment:
    length = show.credits_seconds
    place = moving(show.scene, seed=seed_of(show.title), shift=0.5)

    def small(text: str) -> Line:
        return Line(text=text.upper(), size=0.026, tracking=0.6, gap=1.2)

    lines = [Line(text=show.title.upper(), size=0.08, tracking=0.3, gap=1.5), small("Directed by")]
    lines += [Line(text=name, size=0.05, gap=2.0) for name in show.directors]
    for role in show.cast:
        lines += [Line(text=role.actor, size=0.05, gap=0.6), Line(text=role.role, size=0.03, gap=1.8)]
    lines += [small(show.studio), small(f"{show.country} {show.year}")]
    return reel.shoot(
        _coder(), place, length, check=bench.check,
        overlays=(Roll(*_SIZE, lines, start=0.0, end=length - 0.3), Fade(length, rise=0.6, fall=1.0)),
    )  # fmt: skip


def _film(show: Show, episode: Episode, shared: _Shared, bench: Bench) -> None:
    seed = seed_of(f"{show.title} {episode.season} {episode.number}")
    place = moving(episode.scene, seed=seed, shift=0.1 * episode.number)
    cold, body = show.cold_open_seconds, show.body_seconds
    number = f"Season {_NUMBERS[episode.season]} · Episode {_NUMBERS[episode.number]}".upper()
    card = Card(
        *_SIZE, (*title_lines(episode.title, large=0.085), Line(text=number, size=0.028, tracking=0.5)),
        start=0.8, end=7.5, y=0.4, dark=episode.scene in ("map-land", "map-ink"),
    )  # fmt: skip
    video: list[reel.Segment] = []
    music = sound.compose(seed, cold + body, _varied(show.style, seed), loop=False)
    voice = sound.murmur(seed + 1, cold + body, pitch=120.0 + seed % 90)
    pcm = music * np.float32(0.7) + voice * np.float32(0.35)
    pieces: list[sound.Pcm] = []
    marks: list[tuple[str, int]] = []
    if cold:
        video.append(reel.shoot(_coder(), place, cold, overlays=(Fade(cold, rise=1.0, fall=0.4),), check=bench.check))
        pieces.append(sound.faded(pcm[:, : cold * sound.RATE], fall=0.4))
        marks.append(("Cold open", cold))
    if shared.intro is not None:
        video.append(shared.intro)
        pieces.append(shared.opening)
        marks.append(("Intro", show.intro_seconds))
    video.append(
        reel.shoot(
            _coder(), lambda second: place(second + cold), body, overlays=(card, Fade(body, rise=0.5, fall=1.0)),
            check=bench.check,
        )
    )  # fmt: skip
    pieces.append(sound.faded(pcm[:, cold * sound.RATE :], rise=0.2, fall=1.0))
    marks.append((episode.title, body))
    if shared.credits is not None:
        video.append(shared.credits)
        pieces.append(shared.closing)
        marks.append(("Credits", show.credits_seconds))
    chapters, at = [], 0
    for title, length in marks:
        chapters.append(reel.Chapter(title=title, start=at, end=at + length))
        at += length
    cut = reel.Cut(
        video=video,
        audio=(reel.AudioTrack(pcm=sound.joined(*pieces), codec=show.voice, kbps=112),),
        chapters=chapters if len(chapters) > 1 else (),
        tags={"title": episode.title, "show": show.title},
    )
    container = "mp4" if show.extension == ".mp4" else "matroska"
    bench.put(show.path(episode), lambda path: reel.assemble(path, cut, container=container))


def _varied(style: sound.Style, seed: int) -> sound.Style:
    """The show's style in another key, tempo and order for one episode, so that only the intro sounds alike."""
    turn = 1 + seed % 3
    return replace(
        style,
        root=style.root + (-5, -3, -2, 2, 3, 5, 7)[seed % 7],
        tempo=style.tempo + (-14, -9, -5, 6, 11)[seed % 5],
        chords=style.chords[turn:] + style.chords[:turn],
    )


def _stills(show: Show) -> Callable[[Bench], None]:
    base = f"TV Shows/{show.folder}"
    seed = seed_of(show.title)

    def banner() -> bytes:
        return painting.jpeg(artwork.banner(show.scene, show.title, seed=seed))

    def run(bench: Bench) -> None:
        bench.put_bytes(f"{base}/tvshow.nfo", lambda: nfo.tvshow(show))
        names = "  ·  ".join(role.actor for role in show.cast[:2])
        bench.put_bytes(
            f"{base}/poster.jpg",
            lambda: painting.jpeg(artwork.poster(show.scene, show.title, seed=seed, above=names, below=(show.studio,))),
        )
        bench.put_bytes(f"{base}/fanart.jpg", lambda: painting.jpeg(artwork.backdrop(show.scene, seed=seed)))
        bench.put_bytes(f"{base}/banner.jpg", banner)
        theme = sound.compose(seed, max(20, show.intro_seconds), show.style, loop=False)
        bench.put(f"{base}/theme.mp3", lambda path: make_music.write_plain(path, theme, codec="libmp3lame"))
        for season in seasons(show):
            first = next(episode for episode in show.episodes if episode.season == season)
            name = show.season_names[season - 1] if show.season_names else f"Season {_NUMBERS[season]}"
            picture = artwork.poster(
                first.scene, show.title, seed=seed + season, below=(name, f"Season {_NUMBERS[season]}"), top=True
            )
            bench.put_bytes(f"{base}/season{season:02}-poster.jpg", partial(painting.jpeg, picture))
        for episode in show.episodes:
            stem = show.path(episode).removesuffix(show.extension)
            bench.put_bytes(f"{stem}.nfo", partial(nfo.episode, show, episode))
        stem = show.path(show.episodes[0]).removesuffix(show.extension)
        cues = captions.spread(show.episodes[0].plot.split(". "), show.body_seconds + show.cold_open_seconds)
        bench.put_bytes(f"{stem}.en.srt", lambda: captions.srt(cues))

    return run
