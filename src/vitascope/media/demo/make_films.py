"""Films: their pictures, sound, subtitles, extras, NFO and artwork."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from zlib import crc32

from vitascope.media.demo import artwork, captions, hdr, make_music, nfo, painting, reel, scenes, sound
from vitascope.media.demo.entries import Extra, Film, FilmFile, Voice
from vitascope.media.demo.painting import Picture
from vitascope.media.demo.titles import Card, Fade, Line, Roll, title_lines
from vitascope.media.demo.workshop import Bench, Job

LOOP_SECONDS = 56  # 2625 AAC frames at 48 kHz exactly: the round can be repeated without a gap
OPENING_SECONDS = 16
CLOSING_SECONDS = 24
_SCENE_SIZE = (640, 360)

LANGUAGES = {"eng": "en", "deu": "de", "fra": "fr"}


def jobs(films: Sequence[Film]) -> Iterator[Job]:
    """One job for each film, one for its pictures and texts."""
    for film in films:
        base = f"Movies/{film.folder}"
        moving = [f"{base}/{file.name}" for file in film.files]
        for file in film.files:
            yield Job(
                part="Movies", label=film.title, outputs=(f"{base}/{file.name}",),
                run=_filmed(film, file), weight=60 if file.looped else 40 if file.hdr else 16,
            )  # fmt: skip
        if film.extras:
            yield Job(
                part="Movies", label=f"{film.title}: extras",
                outputs=tuple(f"{base}/{extra.name}" for extra in film.extras), run=_extras(film), weight=10,
            )  # fmt: skip
        stem = moving[0].rsplit(".", 1)[0]
        still = [f"{base}/movie.nfo", f"{base}/poster.jpg", f"{base}/fanart.jpg"]
        still += [f"{stem}.{ending}" for ending in film.sidecars]
        still += [f"{base}/theme.mp3"] if film.theme else []
        yield Job(
            part="Movies", label=f"{film.title}: artwork", outputs=tuple(still), run=_stills(film, stem), weight=2
        )


def seed_of(text: str) -> int:
    """A number that a title always gives."""
    return crc32(text.encode()) % 10_000


def coder_of(video: str, columns: int, rows: int, *, tone: bool = False) -> reel.Coder:
    """The encoder for a codec by its short name, set for speed."""
    if video == "h264":
        main = 640 * 360 < columns * rows < 1280 * 720
        return reel.h264(columns, rows, crf=25, preset="superfast" if main else "ultrafast")
    if video == "hevc":
        quiet = "log-level=error:pools=none:frame-threads=1:keyint=48:bframes=0"
        params = f"{quiet}:{hdr.X265_PARAMS}" if tone else quiet
        options = {"preset": "ultrafast", "crf": "24", "x265-params": params}
        pixels = "yuv420p10le" if tone else "yuv420p"
        return reel.Coder(
            codec="libx265", columns=columns, rows=rows, options=tuple(options.items()), pixels=pixels, hdr=tone
        )
    if video == "vp9":
        options = {"deadline": "realtime", "cpu-used": "8", "crf": "34", "b": "0", "g": "96", "lag-in-frames": "0"}
        return reel.Coder(codec="libvpx-vp9", columns=columns, rows=rows, options=tuple(options.items()))
    options = {"preset": "12", "crf": "38", "g": "96", "svtav1-params": "lp=1"}
    return reel.Coder(codec="libsvtav1", columns=columns, rows=rows, options=tuple(options.items()))


def moving(scene: str, *, seed: int, shift: float = 0.0) -> Callable[[float], Picture]:
    """The scene as a function of seconds, one turn in ``LOOP_SECONDS``."""
    place = scenes.scene(scene, *_SCENE_SIZE, seed=seed)
    return lambda second: place.frame(shift + second / LOOP_SECONDS)


def _credits(film: Film) -> list[Line]:
    def small(text: str) -> Line:
        return Line(text=text.upper(), size=0.022, tracking=0.6, gap=1.1)

    def name(text: str, gap: float = 0.9) -> Line:
        return Line(text=text, size=0.042, tracking=0.3, gap=gap)

    lines = [Line(text=film.title.upper(), size=0.07, tracking=0.3, gap=1.6)]
    for heading, names in (("Directed by", film.directors), ("Written by", film.writers)):
        lines += [small(heading), *(name(person) for person in names[:-1]), name(names[-1], 2.4)]
    lines.append(small("With"))
    for role in film.cast:
        lines += [name(role.actor, 0.6), Line(text=role.role, size=0.026, tracking=0.35, gap=2.2)]
    return [*lines, small(f"A {film.studio} production"), small(f"{film.country}  {film.year}")]


def _filmed(film: Film, file: FilmFile) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        cut = _looped(film, file, bench) if file.looped else _short(film, file, bench)
        bench.put(f"Movies/{film.folder}/{file.name}", lambda path: reel.assemble(path, cut, container=file.container))

    return run


def _title_card(film: Film, file: FilmFile, *, start: float, end: float) -> Card:
    small = file.label or f"A film by {film.directors[0]}"
    return Card(file.columns, file.rows, title_lines(film.title, small=small, large=0.1), start=start, end=end, y=0.45)


def _looped(film: Film, file: FilmFile, bench: Bench) -> reel.Cut:
    seed = seed_of(film.title)
    coder = coder_of(file.video, file.columns, file.rows)
    place = moving(film.scene, seed=100)
    size = (file.columns, file.rows)
    credit_roll = (
        Roll(*size, _credits(film), start=1.0, end=CLOSING_SECONDS - 1.0), Fade(CLOSING_SECONDS, rise=0, fall=2.0),
    )  # fmt: skip
    titles = (
        Card(*size, (Line(text=f"{film.studio} presents".upper(), size=0.03, tracking=0.7),), start=1.2, end=5.2),
        _title_card(film, file, start=6.0, end=14.5), Fade(OPENING_SECONDS, rise=2.5, fall=0),
    )  # fmt: skip
    # The film begins with what the round ends with, and ends with what it begins with: both are painted once.
    last = LOOP_SECONDS - OPENING_SECONDS
    first_part, closing = reel.shoot_takes(coder, place, CLOSING_SECONDS, takes=((), credit_roll), check=bench.check)
    middle = reel.shoot(
        coder, lambda second: place(second + CLOSING_SECONDS), last - CLOSING_SECONDS, check=bench.check
    )  # fmt: skip
    last_part, opening = reel.shoot_takes(
        coder, lambda second: place(second + last), OPENING_SECONDS, takes=((), titles), check=bench.check
    )
    body = (first_part, middle, last_part)
    rounds = (file.seconds - OPENING_SECONDS - CLOSING_SECONDS) // LOOP_SECONDS
    ring = sound.compose(seed, LOOP_SECONDS, film.style)
    rate = sound.RATE
    pcm = sound.joined(
        sound.faded(ring[:, -OPENING_SECONDS * rate :], rise=3.0),
        ring,
        sound.faded(ring[:, : CLOSING_SECONDS * rate], fall=5.0),
    )
    per_second = rate / 1024
    track = reel.AudioTrack(
        pcm=pcm,
        rounds=(round(OPENING_SECONDS * per_second), round(LOOP_SECONDS * per_second), rounds),
        kbps=112,
    )
    return reel.Cut(
        video=(opening, *body * rounds, closing), audio=(track,), chapters=reel.evenly(file.chapters, file.seconds),
        tags={"title": film.title, "date": str(film.year), "genre": film.genres[0]},
    )  # fmt: skip


def _short(film: Film, file: FilmFile, bench: Bench) -> reel.Cut:
    coder = coder_of(file.video, file.columns, file.rows, tone=file.hdr)
    overlays: tuple[reel.Overlay, ...] = ()
    place = moving(film.scene, seed=100, shift=file.shift)
    develop = reel.plain
    if file.hdr:
        develop = hdr.develop
        place = hdr.titled(place, film.title, seconds=file.seconds)
    else:
        overlays = (
            _title_card(film, file, start=1.5, end=min(9.0, file.seconds * 0.5)),
            Fade(file.seconds, rise=1.5, fall=1.5),
        )
    picture = reel.shoot(coder, place, file.seconds, overlays=overlays, develop=develop, check=bench.check)
    cues = captions.spread(film.lines, file.seconds)
    german = captions.spread(film.german or film.lines, file.seconds)
    texts = []
    for caption in file.captions:
        spoken = german if caption.language == "deu" else cues
        if caption.forced:
            spoken = spoken[:1]
        if caption.format == "pgs":
            data, kind = captions.pgs(spoken, columns=file.columns, rows=file.rows), "sup"
        elif caption.format == "ass":
            data, kind = captions.ass(spoken, title=film.title), "ass"
        else:
            data, kind = captions.srt(spoken), "srt"
        texts.append(
            reel.TextTrack(
                data=data, format=kind, language=caption.language, title=caption.title, default=caption.default,
                forced=caption.forced, hearing_impaired=caption.hearing_impaired,
            )
        )  # fmt: skip
    return reel.Cut(
        video=(picture,),
        audio=[_voice(film, file, voice, first=index == 0) for index, voice in enumerate(file.voices)],
        texts=texts,
        chapters=reel.evenly(file.chapters, file.seconds),
        tags={"title": film.title, "date": str(film.year)},
    )


def _voice(film: Film, file: FilmFile, voice: Voice, *, first: bool) -> reel.AudioTrack:
    pcm = sound.compose(seed_of(film.title) + file.part, file.seconds, film.style, loop=False)
    if len(file.voices) > 1:
        pitch = {"eng": 190.0, "deu": 115.0, "fra": 225.0}[voice.language] * (0.7 if voice.commentary else 1.0)
        pcm = pcm * 0.6 + sound.murmur(seed_of(voice.language + voice.title), file.seconds, pitch=pitch) * 0.5
    if voice.channels == 6:
        pcm = sound.surround(pcm)
    return reel.AudioTrack(
        pcm=pcm, codec=voice.codec, kbps=384 if voice.channels == 6 else 128, language=voice.language,
        title=voice.title,
        default=first, commentary=voice.commentary,
    )  # fmt: skip


def _extras(film: Film) -> Callable[[Bench], None]:
    def run(bench: Bench) -> None:
        for index, extra in enumerate(film.extras):
            path = f"Movies/{film.folder}/{extra.name}"
            if bench.wants(path):
                cut = _extra(film, extra, bench, shift=0.3 + 0.3 * index)
                bench.put(path, partial(reel.assemble, cut=cut, container="mp4"))

    return run


def _extra(film: Film, extra: Extra, bench: Bench, *, shift: float) -> reel.Cut:
    size = (640, 360)
    end = extra.seconds
    cards: tuple[reel.Overlay, ...]
    if extra.title == "Trailer":
        year = f"In cinemas {film.year}".upper()
        cards = (
            Card(*size, (Line(text=film.tagline, size=0.06, tracking=0.25),), start=1.0, end=end * 0.4),
            Card(*size, title_lines(film.title), start=end * 0.45, end=end * 0.78, y=0.45),
            Card(*size, (Line(text=year, size=0.05, tracking=0.6),), start=end * 0.8, end=end - 0.5),
        )
    else:
        cards = (Card(*size, title_lines(extra.title, large=0.07), start=1.0, end=6.0, y=0.8),)
    picture = reel.shoot(
        coder_of("h264", *size), moving(film.scene, seed=100, shift=shift), end, check=bench.check,
        overlays=(*cards, Fade(end, rise=0.8, fall=0.8)),
    )  # fmt: skip
    pcm = sound.compose(seed_of(extra.name), end, film.style, loop=False)
    return reel.Cut(video=(picture,), audio=(reel.AudioTrack(pcm=pcm, kbps=96),), tags={"title": extra.title})


def _stills(film: Film, stem: str) -> Callable[[Bench], None]:
    base = f"Movies/{film.folder}"

    def poster() -> bytes:
        turn = film.poster_turn if film.poster_turn >= 0 else scenes.brightest_turn(film.scene, seed=100)
        names = "  ·  ".join(role.actor for role in film.cast[:2])
        below = (film.tagline, f"A film by {film.directors[0]}")
        return painting.jpeg(
            artwork.poster(film.scene, film.title, seed=100, above=names, below=below, top=film.title_on_top, turn=turn)
        )

    def fanart() -> bytes:
        turn = film.poster_turn if film.poster_turn >= 0 else scenes.brightest_turn(film.scene, seed=100)
        return painting.jpeg(artwork.backdrop(film.scene, seed=100, turn=turn))

    def run(bench: Bench) -> None:
        bench.put_bytes(f"{base}/movie.nfo", lambda: nfo.movie(film))
        bench.put_bytes(f"{base}/poster.jpg", poster)
        bench.put_bytes(f"{base}/fanart.jpg", fanart)
        for ending in film.sidecars:
            lines = film.german if ending.startswith("de") else film.lines
            if ".sdh" in ending:
                lines = tuple(f"[water laps]\n{line}" if index % 3 == 0 else line for index, line in enumerate(lines))
            cues = captions.spread(lines, film.files[0].seconds, lead=17, step=40)
            bench.put_bytes(f"{stem}.{ending}", partial(captions.srt, cues))
        if film.theme:
            pcm = sound.compose(seed_of(film.title), 28, film.style, loop=False)
            bench.put(f"{base}/theme.mp3", lambda path: make_music.write_plain(path, pcm, codec="libmp3lame"))

    return run
