"""Episodes put together from all the files of a show."""

from vitascope.core.model import ExtraType
from vitascope.core.naming import (
    EpisodeGroup,
    ExtraFile,
    MediaVersion,
    PlexMatch,
    ShowExtra,
    group_episodes,
    show_extras,
)


def numbers(groups: list[EpisodeGroup]) -> list[tuple[str, int | None, int | None]]:
    return [(group.show_title, group.season, group.episode) for group in groups]


def test_one_episode() -> None:
    path = "Lost (2004) {tvdb-73739}/Season 1/Lost (2004) - s01e02 - Pilot [1080p].mkv"
    assert group_episodes([path]) == [
        EpisodeGroup(
            show_title="Lost",
            show_year=2004,
            show_ids=(("tvdb", "73739"),),
            show_folder="Lost (2004) {tvdb-73739}",
            season=1,
            episode=2,
            title="Pilot",
            versions=(MediaVersion(paths=(path,), label="1080p"),),
        )
    ]


def test_a_file_of_two_episodes_is_in_both() -> None:
    path = "Lost/Season 2/Lost - s02e18-e19.avi"
    groups = group_episodes([path])
    assert numbers(groups) == [("Lost", 2, 18), ("Lost", 2, 19)]
    assert [group.versions[0].paths for group in groups] == [(path,), (path,)]


def test_versions_across_folders_and_spellings() -> None:
    paths = [
        "Lost/Season 1/Lost - s01e01 - 720p.mkv",
        "Lost/Season 1/lost.1x01.1080p.mkv",
        "Lost/Season 1/Lost - s01e02.mkv",
    ]
    groups = group_episodes(paths)
    assert [(group.episode, len(group.versions)) for group in groups] == [(1, 2), (2, 1)]


def test_parts_of_one_episode() -> None:
    paths = ["Lost/Season 1/Lost - s01e01 - Pilot - pt1.avi", "Lost/Season 1/Lost - s01e01 - Pilot - pt2.avi"]
    (group,) = group_episodes(paths)
    assert (group.title, group.versions) == ("Pilot", (MediaVersion(paths=tuple(paths)),))


def test_a_two_parter_keeps_its_titles() -> None:
    paths = ["Lost/Season 1/Lost - s01e01 - Pilot Part 1.avi", "Lost/Season 1/Lost - s01e02 - Pilot Part 2.avi"]
    assert [group.title for group in group_episodes(paths)] == ["Pilot Part 1", "Pilot Part 2"]


def test_order_is_that_of_seasons_and_episodes() -> None:
    paths = ["Lost/s10e01.mkv", "Lost/s02e10.mkv", "Lost/s02e02.mkv", "Lost/s00e01.mkv", "Angel/s01e01.mkv"]
    expected = [("Angel", 1, 1), ("Lost", 0, 1), ("Lost", 2, 2), ("Lost", 2, 10), ("Lost", 10, 1)]
    assert numbers(group_episodes(paths)) == expected
    assert numbers(group_episodes(reversed(paths))) == expected


def test_shows_of_one_name_differ_by_year_and_edition() -> None:
    paths = [
        "Farscape (1999)/s01e01.mkv",
        "Farscape (1999) {edition-Remastered}/s01e01.mkv",
        "Farscape (2030)/s01e01.mkv",
    ]
    assert {(group.show_year, group.show_edition) for group in group_episodes(paths)} == {
        (1999, None),
        (1999, "Remastered"),
        (2030, None),
    }


def test_one_show_in_two_folders_is_one_show() -> None:
    paths = ["Lost.S01.720p/Lost.S01E01.720p.mkv", "Lost/Season 1/Lost - s01e01.mkv"]
    (group,) = group_episodes(paths)
    assert len(group.versions) == 2


def test_dates() -> None:
    paths = ["Conan/Season 2011/Conan - 2011-11-15.mkv", "Conan/Season 2011/Conan - 2011-11-14.mkv"]
    groups = group_episodes(paths)
    assert [(group.season, group.episode, group.air_date) for group in groups] == [
        (2011, None, "2011-11-14"),
        (2011, None, "2011-11-15"),
    ]


def test_absolute_numbers_run_through_a_file_of_two() -> None:
    groups = group_episodes(["One Piece/One Piece - 101-102.mkv"])
    assert [(group.episode, group.absolute) for group in groups] == [(101, 101), (102, 102)]


def test_files_without_a_number_stand_for_themselves() -> None:
    paths = ["Lost/Season 1/Pilot.mkv", "Lost/Season 1/Tabula Rasa.mkv"]
    assert [(group.episode, group.title) for group in group_episodes(paths)] == [(None, "Pilot"), (None, "Tabula Rasa")]


def test_extras_are_kept_apart() -> None:
    paths = [
        "Lost/Season 1/Lost - s01e01.mkv",
        "Lost/Trailers/Teaser.mkv",
        "Lost/Season 1/Featurettes/Making of.mkv",
        "Lost/Season 1/Lost - s01e01-deleted.mkv",
    ]
    assert numbers(group_episodes(paths)) == [("Lost", 1, 1)]

    def extra(path: str, kind: ExtraType, title: str, season: int | None, *episodes: int) -> ShowExtra:
        return ShowExtra(
            show_title="Lost",
            show_year=None,
            show_edition=None,
            show_folder="Lost",
            season=season,
            episodes=episodes,
            extra=ExtraFile(path=path, type=kind, title=title),
        )

    found = {item.extra.path: item for item in show_extras(paths)}
    assert found[paths[1]] == extra(paths[1], ExtraType.TRAILER, "Teaser", None)
    assert found[paths[2]] == extra(paths[2], ExtraType.FEATURETTE, "Making of", 1)
    assert (found[paths[3]].season, found[paths[3]].episodes, found[paths[3]].extra.type) == (
        1,
        (1,),
        ExtraType.DELETED_SCENE,
    )
    assert len(found) == 3


def test_plexmatch_overrules() -> None:
    hints = {
        "BSG": PlexMatch.parse("title: Battlestar Galactica\nyear: 2003\ntvdbid: 73545"),
        "BSG/Mini": PlexMatch.parse("season: 0\nep: 01: first.mkv\nep: s01e05: second.mkv"),
    }
    groups = group_episodes(["BSG/Mini/first.mkv", "BSG/Mini/second.mkv", "Lost/s01e01.mkv"], hints)
    assert [(g.show_title, g.show_year, g.show_ids, g.season, g.episode) for g in groups] == [
        ("Battlestar Galactica", 2003, (("tvdb", "73545"),), 0, 1),
        ("Battlestar Galactica", 2003, (("tvdb", "73545"),), 1, 5),
        ("Lost", None, (), 1, 1),
    ]


def test_nothing() -> None:
    assert group_episodes([]) == []
    assert show_extras([]) == []


def test_plexmatch_gives_a_season_to_plain_numbers() -> None:
    hints = {"BSG/Mini": PlexMatch.parse("season: 7")}
    groups = group_episodes(["BSG/Mini/03 - x.mkv", "BSG/04 - y.mkv"], hints)
    assert {(group.season, group.episode) for group in groups if group.title in ("x", "y")} == {(7, 3), (1, 4)}
