"""Films put together from all the files of a folder."""

from vitascope.core.model import ExtraType
from vitascope.core.naming import ExtraFile, MediaVersion, MovieGroup, group_movies


def shape(groups: list[MovieGroup]) -> list[tuple[str, int | None, str | None, list[tuple[str, ...]], list[str]]]:
    """Title, year, edition, the paths of each version, the paths of the extras."""
    return [
        (
            group.title,
            group.year,
            group.edition,
            [version.paths for version in group.versions],
            [extra.path for extra in group.extras],
        )
        for group in groups
    ]


def test_one_film() -> None:
    assert group_movies(["Alien (1979) {imdb-tt0078748}/Alien (1979).mkv"]) == [
        MovieGroup(
            title="Alien",
            year=1979,
            ids=(("imdb", "tt0078748"),),
            folder="Alien (1979) {imdb-tt0078748}",
            versions=(MediaVersion(paths=("Alien (1979) {imdb-tt0078748}/Alien (1979).mkv",)),),
        )
    ]


def test_versions_are_one_film() -> None:
    paths = ["A/Alien (1979) - 1080p.mkv", "A/Alien (1979) - 4K.mkv", "A/Alien (1979).avi"]
    (group,) = group_movies(reversed(paths))
    assert {(version.paths, version.label) for version in group.versions} == {
        ((paths[0],), "1080p"),
        ((paths[1],), "4K"),
        ((paths[2],), None),
    }


def test_loose_versions_in_a_flat_folder() -> None:
    groups = group_movies(["Alien (1979) - 1080p.mkv", "Alien (1979) - 720p.mkv", "Aliens (1986) - 720p.mkv"])
    assert [(group.title, len(group.versions)) for group in groups] == [("Alien", 2), ("Aliens", 1)]


def test_differing_spellings_of_versions_are_one_film() -> None:
    groups = group_movies(["A/The.Matrix.1999.1080p.mkv", "A/the matrix (1999) - 4K.mkv"])
    assert len(groups) == 1
    assert len(groups[0].versions) == 2


def test_editions_are_films_of_their_own() -> None:
    folder = "Blade Runner (1982)"
    paths = [
        f"{folder}/Blade Runner (1982).mkv",
        f"{folder}/Blade Runner (1982) {{edition-Final Cut}}.mkv",
        f"{folder}/Blade Runner (1982) {{edition-Final Cut}} - 4K.mkv",
    ]
    by_edition = {group.edition: [version.paths for version in group.versions] for group in group_movies(paths)}
    assert by_edition == {None: [(paths[0],)], "Final Cut": [(paths[2],), (paths[1],)]}


def test_parts_are_one_version() -> None:
    paths = ["G/Gandhi (1982) - cd2.avi", "G/Gandhi (1982) - cd1.avi"]
    assert shape(group_movies(paths)) == [
        ("Gandhi", 1982, None, [("G/Gandhi (1982) - cd1.avi", "G/Gandhi (1982) - cd2.avi")], [])
    ]


def test_parts_in_folders_of_their_own() -> None:
    paths = ["Gandhi (1982)/CD1/gandhi.avi", "Gandhi (1982)/CD2/gandhi.avi"]
    assert shape(group_movies(paths)) == [("Gandhi", 1982, None, [tuple(paths)], [])]


def test_parts_of_two_formats_are_two_versions() -> None:
    paths = [f"G/Gandhi (1982) - pt{part}.{ext}" for ext in ("avi", "mkv") for part in (1, 2)]
    assert shape(group_movies(paths)) == [("Gandhi", 1982, None, [tuple(paths[:2]), tuple(paths[2:])], [])]


def test_eight_parts_and_no_more() -> None:
    paths = [f"G/Gandhi (1982) - pt{part}.avi" for part in range(1, 10)]
    (group,) = group_movies(paths)
    assert [version.paths for version in group.versions] == [tuple(paths[:8]), (paths[8],)]


def test_a_part_without_its_fellows_is_a_title() -> None:
    assert shape(group_movies(["Kill Bill Part 2.mkv"])) == [
        ("Kill Bill Part 2", None, None, [("Kill Bill Part 2.mkv",)], [])
    ]


def test_two_films_called_parts_in_folders_of_their_own_stay_two() -> None:
    paths = ["Dune Part 1/Dune Part 1.mkv", "Dune Part 2/Dune Part 2.mkv"]
    assert [(group.title, group.versions[0].paths) for group in group_movies(paths)] == [
        ("Dune Part 1", (paths[0],)),
        ("Dune Part 2", (paths[1],)),
    ]


def test_extras_of_a_folder_of_its_own() -> None:
    paths = [
        "Alien (1979)/Alien (1979).mkv",
        "Alien (1979)/Trailers/Teaser.mkv",
        "Alien (1979)/Making of-behindthescenes.mkv",
        "Alien (1979)/Alien (1979)-trailer.mkv",
    ]
    (group,) = group_movies(paths)
    assert group.extras == (
        ExtraFile(path=paths[3], type=ExtraType.TRAILER, title="Alien"),
        ExtraFile(path=paths[2], type=ExtraType.BEHIND_THE_SCENES, title="Making of"),
        ExtraFile(path=paths[1], type=ExtraType.TRAILER, title="Teaser"),
    )


def test_extras_in_a_flat_folder_go_by_name() -> None:
    paths = ["Alien (1979).mkv", "Aliens (1986).mkv", "Aliens (1986)-trailer.mkv", "Alien (1979)-trailer.mkv"]
    assert shape(group_movies(paths)) == [
        ("Alien", 1979, None, [("Alien (1979).mkv",)], ["Alien (1979)-trailer.mkv"]),
        ("Aliens", 1986, None, [("Aliens (1986).mkv",)], ["Aliens (1986)-trailer.mkv"]),
    ]


def test_extras_of_several_editions_hang_on_the_plain_one() -> None:
    paths = ["B (1982)/B (1982) {edition-Final Cut}.mkv", "B (1982)/B (1982).mkv", "B (1982)/Trailers/Teaser.mkv"]
    assert {(group.edition, len(group.extras)) for group in group_movies(paths)} == {(None, 1), ("Final Cut", 0)}


def test_an_extra_of_one_edition_hangs_on_it() -> None:
    paths = ["B/B (1982) {edition-Cut}.mkv", "B/B (1982).mkv", "B/B (1982) {edition-Cut}-trailer.mkv"]
    assert {(group.edition, len(group.extras)) for group in group_movies(paths)} == {(None, 0), ("Cut", 1)}


def test_an_extra_without_a_film_is_a_film() -> None:
    assert shape(group_movies(["The Big-Short.mkv"])) == [("The Big-Short", None, None, [("The Big-Short.mkv",)], [])]


def test_ids_of_all_files_come_together() -> None:
    (group,) = group_movies(["A/A (2000) {imdb-tt0000001} - 4K.mkv", "A/A (2000) {tmdb-2} - HD 1080p.mkv"])
    assert group.ids == (("imdb", "tt0000001"), ("tmdb", "2"))


def test_same_film_in_two_folders_is_grouped_by_folder() -> None:
    assert len(group_movies(["a/Alien (1979).mkv", "b/Alien (1979).mkv"])) == 2


def test_order_is_natural_and_input_order_does_not_matter() -> None:
    paths = ["10 Things (1999).mkv", "2 Fast (2003).mkv", "Alien (1979).mkv"]
    expected = ["2 Fast", "10 Things", "Alien"]
    assert [group.title for group in group_movies(paths)] == expected
    assert [group.title for group in group_movies(reversed(paths))] == expected


def test_nothing() -> None:
    assert group_movies([]) == []
