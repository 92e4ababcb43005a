"""What a file is by its name, and what no scan looks at."""

import pytest

from vitascope.core.model import FileClass, SectionKind
from vitascope.core.naming import IgnoreReason, classify, is_ignored

MB = 1024 * 1024
MOVIE, SHOW, ARTIST, PHOTO, OTHER = (
    SectionKind.MOVIE,
    SectionKind.SHOW,
    SectionKind.ARTIST,
    SectionKind.PHOTO,
    SectionKind.OTHER,
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Alien (1979).mkv", FileClass.VIDEO),
        ("a/b/Alien.MP4", FileClass.VIDEO),
        ("clip.webm", FileClass.VIDEO),
        ("00001.m2ts", FileClass.VIDEO),
        ("song.flac", FileClass.AUDIO),
        ("song.opus", FileClass.AUDIO),
        ("book.m4b", FileClass.AUDIO),
        ("theme.mp3", FileClass.AUDIO),
        ("IMG_0001.HEIC", FileClass.IMAGE),
        ("poster.tbn", FileClass.IMAGE),
        ("raw.cr3", FileClass.IMAGE),
        ("Alien.en.srt", FileClass.SUBTITLE),
        ("Alien.idx", FileClass.SUBTITLE),
        ("song.lrc", FileClass.LYRICS),
        ("movie.nfo", FileClass.NFO),
        ("IMG_1.JPG.XMP", FileClass.XMP),
        (".plexmatch", FileClass.PLEXMATCH),
        ("Show/.plexmatch", FileClass.PLEXMATCH),
        ("Show/.plexignore", FileClass.PLEXIGNORE),
        ("archive.zip", FileClass.OTHER),
        ("mkv", FileClass.OTHER),
        (".mkv", FileClass.OTHER),
        ("folder.mkv/file", FileClass.OTHER),
        ("", FileClass.OTHER),
    ],
)
def test_classify(path: str, expected: FileClass) -> None:
    assert classify(path) is expected


@pytest.mark.parametrize(
    ("path", "size_bytes", "section", "expected"),
    [
        ("Alien/Alien.mkv", 5000 * MB, MOVIE, None),
        ("Alien/alien-sample.mkv", 20 * MB, MOVIE, IgnoreReason.SAMPLE),
        ("Alien/sample.mkv", 299 * MB, MOVIE, IgnoreReason.SAMPLE),
        ("Alien/Alien.Sample.mkv", 20 * MB, SHOW, IgnoreReason.SAMPLE),
        ("Sample (2010).mkv", 300 * MB, MOVIE, None),
        ("Alien/sample.mkv", None, MOVIE, None),
        ("The Sampler (2010).mkv", 20 * MB, MOVIE, None),
        ("sample.mkv", 20 * MB, OTHER, None),
        ("a/b/sample.mp3", 2 * MB, ARTIST, None),
        ("Alien/.hidden.mkv", 1, MOVIE, IgnoreReason.HIDDEN),
        ("Alien/._Alien.mkv", 4096, MOVIE, IgnoreReason.HIDDEN),
        (".Trash-1000/Alien.mkv", 1, MOVIE, IgnoreReason.HIDDEN),
        ("Show/.plexmatch", 10, SHOW, None),
        ("Show/.plexignore", 10, SHOW, None),
        ("Alien/@eaDir/Alien.mkv", 1, MOVIE, IgnoreReason.SYSTEM),
        ("lost+found/x.mkv", 1, MOVIE, IgnoreReason.SYSTEM),
        ("$RECYCLE.BIN/x.mkv", 1, MOVIE, IgnoreReason.SYSTEM),
        ("System Volume Information/x.mkv", 1, MOVIE, IgnoreReason.SYSTEM),
        (".AppleDouble/x.mkv", 1, MOVIE, IgnoreReason.HIDDEN),
        ("_UNPACK_Alien/Alien.mkv", 1, MOVIE, IgnoreReason.UNFINISHED),
        ("_FAILED_Alien/Alien.mkv", 1, MOVIE, IgnoreReason.UNFINISHED),
        ("Alien/_unpack_alien.mkv", 1, MOVIE, IgnoreReason.UNFINISHED),
        ("Alien/VIDEO_TS/VTS_01_1.VOB", 1, MOVIE, IgnoreReason.DISC_FOLDER),
        ("Alien/BDMV/STREAM/00000.m2ts", 1, MOVIE, IgnoreReason.DISC_FOLDER),
        ("Alien.dvdmedia/x.vob", 1, MOVIE, IgnoreReason.DISC_FOLDER),
        ("Alien/Alien.iso", 5000 * MB, MOVIE, IgnoreReason.DISC_IMAGE),
        ("Alien/Alien.IMG", 5000 * MB, MOVIE, IgnoreReason.DISC_IMAGE),
        ("Alien/Extras/x.mkv", 1, MOVIE, IgnoreReason.EXTRAS_FOLDER),
        ("Alien/Sample/x.mkv", 1, MOVIE, IgnoreReason.EXTRAS_FOLDER),
        ("Alien/Bonus Disc/x.mkv", 1, MOVIE, IgnoreReason.EXTRAS_FOLDER),
        ("Extras (2005)/Season 1/Extras - s01e01.mkv", 1, SHOW, None),
        ("Extras/Season 1/Extras - s01e01.mkv", 1, SHOW, None),
        ("Alien/Trailers/x.mkv", 1, MOVIE, None),
        ("Alien/Behind The Scenes/x.mkv", 1, MOVIE, None),
        ("Artist/Bonus/01.mp3", 1, ARTIST, None),
        ("2019/extras/a.jpg", 1, PHOTO, None),
        ("Alien/Alien.mkv", 0, MOVIE, IgnoreReason.EMPTY),
        ("a/b/01.mp3", 0, ARTIST, IgnoreReason.EMPTY),
        ("Show/tvshow.nfo", 0, SHOW, None),
        ("", None, MOVIE, None),
    ],
)
def test_ignored_files(path: str, size_bytes: int | None, section: SectionKind, expected: IgnoreReason | None) -> None:
    assert is_ignored(path, size_bytes, False, section) is expected


@pytest.mark.parametrize(
    ("path", "section", "expected"),
    [
        ("Alien", MOVIE, None),
        ("Alien/Samples", MOVIE, IgnoreReason.EXTRAS_FOLDER),
        ("Alien/VIDEO_TS", MOVIE, IgnoreReason.DISC_FOLDER),
        (".git", MOVIE, IgnoreReason.HIDDEN),
        ("_UNPACK_Alien", MOVIE, IgnoreReason.UNFINISHED),
        ("Alien.iso", MOVIE, None),
        ("Alien/Trailers", MOVIE, None),
        ("Show/Specials", SHOW, None),
        ("", MOVIE, None),
    ],
)
def test_ignored_folders(path: str, section: SectionKind, expected: IgnoreReason | None) -> None:
    assert is_ignored(path, None, True, section) is expected
