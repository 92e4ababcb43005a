"""The typeface: it has every letter the library needs, and draws them where they belong."""

import numpy as np

from vitascope.media.demo import catalogue, lettering


def test_every_word_of_the_catalogue_can_be_written() -> None:
    words = [film.title + film.tagline + "".join(film.lines + film.german) for film in catalogue.films]
    words += [role.actor + role.role for film in catalogue.films for role in film.cast]
    words += [
        show.title + "".join(episode.title + episode.plot for episode in show.episodes) for show in catalogue.shows
    ]
    words += [role.actor + role.role for show in catalogue.shows for role in show.cast]
    words += [album.title + album.artist for album in catalogue.albums]
    words += [book.title + book.author for book in catalogue.audiobooks]
    text = "".join(words).replace("\n", " ")
    missing = sorted({letter for letter in text + text.upper() if not lettering.has_glyph(letter)})
    assert missing == []


def test_unknown_letters_are_question_marks() -> None:
    assert not lettering.has_glyph("語")
    assert np.array_equal(lettering.write("語", size=30), lettering.write("?", size=30))


def test_letters_differ() -> None:
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZabcdefghjkmnopqrstuvwxyz0123456789"
    shapes = {lettering.write(letter, size=40).tobytes() for letter in letters}
    assert len(shapes) == len(letters)


def test_an_accent_is_ink_above_the_letter() -> None:
    plain, accented = (lettering.write(letter, size=60) for letter in "UÜ")
    height = plain.shape[0] // 6
    assert plain[:height].sum() == 0
    assert accented[:height].sum() > 0
    half = plain.shape[0] // 2
    assert np.array_equal(plain[half:], accented[half:])


def test_a_heavier_pen_leaves_more_ink() -> None:
    thin, heavy = (float(lettering.write("Map", size=50, weight=weight).sum()) for weight in (2.0, 6.0))
    assert heavy > 2 * thin


def test_fit_makes_a_line_exactly_as_wide_as_it_may_be() -> None:
    size = lettering.fit("A FIELD GUIDE TO THUNDER", width=300, size=100)
    assert size < 100
    assert abs(lettering.width_of("A FIELD GUIDE TO THUNDER", size=size) - 300) < 0.01
    assert lettering.fit("I", width=300, size=100) == 100


def test_glow_is_strongest_on_the_stroke_and_ends_at_its_reach() -> None:
    halo = lettering.glow("I", size=40, reach=12)
    assert halo.max() > 0.8
    assert halo[:, 0].max() < 0.02
