"""The grammar of queries, case by case, and that nothing a client sends raises anything but QueryError."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.model import ItemType
from vitascope.core.query import And, Condition, Direction, Listing, Node, Op, Or, QueryError, parse_listing

NOW = datetime(2024, 5, 17, 12, 30, 45, tzinfo=UTC)


def parse(query: str, default: ItemType = ItemType.MOVIE) -> Listing:
    return parse_listing(parse_qsl(query, keep_blank_values=True), default_type=default, now=NOW)


def shown(node: Node) -> str:
    """A tree as short text: ``(genre eq 1,2 & (year gt 1990 | title eq Foo))``."""
    if isinstance(node, Condition):
        values = ",".join(str(value) for value in node.values)
        return f"{node.scope.api_name}.{node.field.key} {node.op} {values}"
    mark = " & " if isinstance(node, And) else " | "
    return "(" + mark.join(shown(child) for child in node.nodes) + ")"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", "()"),
        ("X-Plex-Token=abc&includeGuids=1&firstCharacter=A", "()"),
        ("year=1999", "movie.year eq 1999"),
        ("year!=1999", "movie.year ne 1999"),
        ("year>>=1990", "movie.year gt 1990"),
        ("year<<=1990", "movie.year lt 1990"),
        ("year>=1990", "movie.year ge 1990"),
        ("year<=1990", "movie.year le 1990"),
        ("year%3E%3E=1990", "movie.year gt 1990"),
        ("year=1999,2001", "movie.year eq 1999,2001"),
        ("userRating>>=7.5", "movie.userRating gt 7.5"),
        ("title=bunny", "movie.title contains bunny"),
        ("title!=bunny", "movie.title not contains bunny"),
        ("title%3D=Big+Buck+Bunny", "movie.title eq Big Buck Bunny"),
        ("title==Big", "movie.title eq Big"),
        ("title!%3D=Big", "movie.title ne Big"),
        ("title!==Big", "movie.title ne Big"),
        ("title<=Big", "movie.title begins Big"),
        ("title>=Bunny", "movie.title ends Bunny"),
        ("title%3D=Hello%2C+you", "movie.title eq Hello, you,Hello, you"),
        ("unwatched=1", "movie.unwatched eq True"),
        ("unwatched=0", "movie.unwatched eq False"),
        ("unwatched!=1", "movie.unwatched ne True"),
        ("unwatched=true", "movie.unwatched eq True"),
        ("genre=1,2&genre=3", "(movie.genre eq 1,2 & movie.genre eq 3)"),
        ("addedAt>>=1700000000", "movie.addedAt gt 1700000000"),
        ("addedAt>>=2024-05-17", "movie.addedAt gt 1715904000"),
        ("addedAt>>=-10s", f"movie.addedAt gt {int(NOW.timestamp()) - 10}"),
        ("addedAt>>=-1d", f"movie.addedAt gt {int(NOW.replace(second=0).timestamp()) - 86400}"),
        ("addedAt<<=-1mon", f"movie.addedAt lt {int(NOW.replace(second=0).timestamp()) - 30 * 86400}"),
        ("audioLanguage=eng,fra", "movie.audioLanguage eq eng,fra"),
        ("type=2&show.title=x", "show.title contains x"),
        ("type=4&show.genre=5", "show.genre eq 5"),
        ("type=2&episode.year=2001", "episode.year eq 2001"),
        ("type=10&artist.id=7&album.subformat!=Live", "(artist.id eq 7 & album.subformat ne Live)"),
        ("push=1&year=1&or=1&year=2&pop=1&hdr=1", "((movie.year eq 1 | movie.year eq 2) & movie.hdr eq True)"),
        ("push=1&year=1&and=1&year=2&pop=1", "(movie.year eq 1 & movie.year eq 2)"),
        ("year=1&or=1&year=2&year=3", "(movie.year eq 1 | (movie.year eq 2 & movie.year eq 3))"),
        ("push=1&push=1&push=1&year=1&pop=1&pop=1&pop=1", "movie.year eq 1"),
        ("push=1&pop=1", "()"),
        ("or=1&year=1&or=1", "movie.year eq 1"),
    ],
)
def test_trees(query: str, tree: str) -> None:
    assert shown(parse(query).tree) == tree


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("type=x", "type"),
        ("type=99", "type"),
        ("year=abc", "year"),
        ("year=1e999", "year"),
        ("year=99999999999999999999", "year"),
        ("unwatched=2", "unwatched"),
        ("addedAt>>=yesterday", "addedAt"),
        ("addedAt>>=-999999999y", "addedAt"),
        ("nonsense>>=1", "nonsense"),
        ("movie.nonsense=1", "movie.nonsense"),
        ("genre>>=1", "genre"),
        ("album.title=x", "album.title"),
        ("pop=1", "pop"),
        ("push=1&year=1", "push"),
        ("limit=-1", "limit"),
        ("limit=a", "limit"),
        ("sort=nonsense", "sort"),
        ("sort=year:sideways", "sort"),
        ("sort=album.year", "sort"),
        ("group=year", "group"),
        ("&".join(["push=1"] * 30), "push"),
        ("&".join(["year=1"] * 201), "conditions"),
        ("year=" + ",".join(["1"] * 501), "year"),
    ],
)
def test_errors_name_the_parameter(query: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        parse(query)


def sorts(query: str, default: ItemType = ItemType.MOVIE) -> list[str]:
    return [
        f"{key.scope.api_name}.{key.key}{'-' if key.direction is Direction.DESC else ''}{'!' if key.nulls_last else ''}"
        for key in parse(query, default).sort
    ]


def test_sorts() -> None:
    assert sorts("") == ["movie.titleSort"]
    assert sorts("sort=year:desc") == ["movie.year-", "movie.titleSort"]
    assert sorts("sort=titleSort:desc,year:nullsLast") == ["movie.titleSort-", "movie.year!"]
    assert sorts("sort=movie.year:desc:nullsLast") == ["movie.year-!", "movie.titleSort"]
    assert sorts("", ItemType.EPISODE) == ["show.titleSort", "season.index", "episode.index", "episode.titleSort"]
    assert sorts("sort=episode.addedAt:desc", ItemType.SHOW) == ["show.episode.addedAt-", "show.titleSort"]
    assert sorts("sort=artist.titleSort:desc", ItemType.ALBUM)[:2] == ["artist.titleSort-", "album.year"]
    assert sorts("sort=random") == ["movie.random"]


def test_random_order_carries_its_seed() -> None:
    listing = parse_listing([("sort", "random")], default_type=ItemType.MOVIE, now=NOW, shuffle_seed=7)
    assert listing.shuffle_seed == 7
    assert parse("sort=year").shuffle_seed is None


def test_equal_queries_make_equal_listings() -> None:
    assert parse("year=1999&X-Plex-Token=a") == parse("X-Plex-Token=b&year=1999")
    assert hash(parse("push=1&year=1&or=1&hdr=1&pop=1")) == hash(parse("push=1&year=1&or=1&hdr=1&pop=1"))
    assert isinstance(parse("year=1&or=1&year=2").tree, Or)
    condition = parse("title=x").tree
    assert isinstance(condition, Condition)
    assert condition.op is Op.CONTAINS


_names = st.sampled_from(
    ["type", "sort", "push", "pop", "and", "or", "limit", "group", "genre", "year", "title", "addedAt", "show.title"]
)
_suffix = st.sampled_from(["", "!", "=", "!=", ">>", "<<", ">", "<", "<>"])


@given(st.lists(st.tuples(st.one_of(_names, st.text(max_size=8)), _suffix, st.text(max_size=12)), max_size=12))
def test_never_raises_anything_else(pairs: list[tuple[str, str, str]]) -> None:
    parameters = [(name + suffix, value) for name, suffix, value in pairs]
    try:
        parse_listing(parameters, default_type=ItemType.MOVIE, now=NOW)
    except QueryError:
        return
