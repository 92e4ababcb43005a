"""Which films have a cut list beside them, and what was read in it.

A list belongs to the film whose name it bears. What it says is kept for the content of the film, as all that is found
in content is (:mod:`vitascope.store.derived`), with the state of the list in which it was read: a list that came,
changed or went is found by comparing, whoever was interrupted when.
"""

import os
from collections.abc import Collection, Sequence

from msgspec import Struct
from sqlalchemy import bindparam, delete, literal_column, select

from vitascope.core.model import FileClass
from vitascope.store import derived as made
from vitascope.store.derived import Subject
from vitascope.store.files import path_hash
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import DerivedRow
from vitascope.store.schema import derived, files, locations
from vitascope.store.writer import Writer

CUT_LIST = "cut-list"
"""The kind under which it is kept. Of a list that names no break there is no value."""
COMMERCIAL = "commercial"
"""The kind under which is kept what the content of a film itself shows."""
NOT_SEARCHED = b"[]"
"""Its value where a list counts and the film was never looked through."""
ENDING = b".edl"


class Beside(Struct, frozen=True):
    """A cut list that a scan met."""

    film_id: int
    """The file that it lies beside."""
    state: str
    """Changes when the list does."""


# The indexes of these two are partial, and are taken only where the condition is spelled out.
_is_list = files.c.file_class == literal_column(f"'{FileClass.CUT_LIST.value}'")
_is_kept = derived.c.kind == literal_column(f"'{CUT_LIST}'")
_lists = (
    select(files.c.path, files.c.dir_hash)
    .where(
        _is_list,
        files.c.location_id == bindparam("location_id"),
        files.c.missing_since.is_(None),
        files.c.path > bindparam("after"),
    )
    .order_by(files.c.path)
    .limit(bindparam("size"))
)
_films_near = select(files.c.path, files.c.fingerprint).where(
    files.c.location_id == bindparam("location_id"),
    files.c.dir_hash.in_(bindparam("folders", expanding=True)),
    files.c.path >= bindparam("low"),
    files.c.path < bindparam("high"),
    files.c.file_class == FileClass.VIDEO.value,
    files.c.fingerprint.is_not(None),
    files.c.missing_since.is_(None),
)
# Apart, since in one statement an engine without statistics begins with all files of the section.
_read = (
    select(derived.c.fingerprint)
    .where(_is_kept, derived.c.fingerprint > bindparam("after"))
    .order_by(derived.c.fingerprint)
    .limit(bindparam("size"))
)
_in_section = (
    select(files.c.fingerprint)
    .join(locations, locations.c.id == files.c.location_id)
    .where(
        files.c.fingerprint.in_(bindparam("fingerprints", expanding=True)),
        locations.c.section_id == bindparam("section_id"),
    )
    .distinct()
)
_films = (
    select(files.c.id, files.c.location_id, files.c.path, files.c.fingerprint)
    .join(locations, locations.c.id == files.c.location_id)
    .where(
        files.c.fingerprint.in_(bindparam("fingerprints", expanding=True)),
        files.c.missing_since.is_(None),
        locations.c.available,
    )
    .order_by(files.c.id)
)
_at = select(files.c.location_id, files.c.path, files.c.size_bytes, files.c.mtime_ns).where(
    any_of(files.c.location_id, "location_ids"),
    files.c.path_hash.in_(bindparam("hashes", expanding=True)),
    files.c.missing_since.is_(None),
)
_of_contents = derived.c.fingerprint.in_(bindparam("fingerprints", expanding=True))
_kept = select(derived).where(_of_contents, _is_kept)
_asked = select(derived.c.fingerprint).where(_of_contents, derived.c.kind.in_([COMMERCIAL, CUT_LIST])).distinct()
_forget = delete(derived).where(derived.c.fingerprint == bindparam("fingerprint"), _is_kept)
_forget_unsearched = delete(derived).where(
    derived.c.fingerprint == bindparam("fingerprint"),
    derived.c.kind == COMMERCIAL,
    derived.c.value == bindparam("not_searched"),
)


def beside(path: bytes) -> bytes:
    """Where the cut list of a film lies."""
    return os.path.splitext(path)[0] + ENDING  # noqa: PTH122  # bytes, as they lie on disk


def with_lists(r: Reader, location_id: int, after: bytes, size: int) -> tuple[list[bytes], bytes | None]:
    """Contents of films that a list lies beside, of the next ``size`` lists of a root, and the path of the last of
    these lists; ``None`` when there are none any more."""
    page = r.tuples(_lists, {"location_id": location_id, "after": after, "size": size})
    if not page:
        return [], None
    paths = {bytes(path) for path, _ in page}
    stems = [path[: -len(ENDING)] for path in paths]
    bound = {
        "location_id": location_id,
        "folders": list({bytes(folder) for _, folder in page}),
        "low": min(stem + b"." for stem in stems),
        "high": max(stem + b"/" for stem in stems),
    }
    found = [bytes(content) for path, content in r.tuples(_films_near, bound) if beside(bytes(path)) in paths]
    return found, bytes(page[-1][0])


def already_read(r: Reader, section_id: int, after: bytes, size: int) -> tuple[list[bytes], bytes | None]:
    """Contents in a section, of the next ``size`` whose list was read, and the last of these; ``None`` when there are
    none any more."""
    page = [bytes(one) for one in r.scalars(_read, {"after": after, "size": size})]
    if not page:
        return [], None
    found = r.scalars(_in_section, {"fingerprints": page, "section_id": section_id})
    return [bytes(one) for one in found], page[-1]


def lists_of(r: Reader, fingerprints: Collection[bytes]) -> dict[bytes, Beside | None]:
    """The list of each content, or that it has none. Contents whose files are away are absent: nothing is known of
    their lists. Where several files of one content have lists, that of the first counts."""
    if not fingerprints:
        return {}
    films = r.tuples(_films, {"fingerprints": list(fingerprints)})
    if not films:
        return {}
    wanted = {
        "location_ids": list({row[1] for row in films}),
        "hashes": list({path_hash(beside(bytes(row[2]))) for row in films}),
    }
    lists = {(row[0], bytes(row[1])): f"{row[2]},{row[3]}" for row in r.tuples(_at, wanted)}
    found: dict[bytes, Beside | None] = {}
    for film_id, location_id, path, content in films:
        state = lists.get((location_id, beside(bytes(path))))
        if found.setdefault(bytes(content), None) is None and state is not None:
            found[bytes(content)] = Beside(film_id=film_id, state=state)
    return found


def kept(r: Reader, fingerprints: Collection[bytes]) -> dict[bytes, DerivedRow]:
    """What was read in the lists of these contents; ``made_with`` is the state of the list then."""
    if not fingerprints:
        return {}
    return {row.fingerprint: row for row in r.rows(DerivedRow, _kept, {"fingerprints": list(fingerprints)})}


def asked_for(r: Reader, fingerprints: Collection[bytes]) -> frozenset[bytes]:
    """Those of these contents whose advertisements were looked for before."""
    if not fingerprints:
        return frozenset()
    return frozenset(bytes(one) for one in r.scalars(_asked, {"fingerprints": list(fingerprints)}))


def film(r: Reader, file_id: int) -> Subject | None:
    """A film by its file; ``None`` when no item is made of it."""
    return next(iter(made.subjects_of_files(r, [file_id])), None)


def keep(tx: Writer, row: DerivedRow) -> None:
    """Write down what a list says. Where it names no break, a film that was passed over for its sake is to be
    searched."""
    made.keep(tx, [row])
    if row.value is None:
        _search(tx, row.fingerprint)


def forget(tx: Writer, fingerprints: Sequence[bytes]) -> None:
    """These contents have no list any more: what was found in the film itself counts, and is looked for if it never
    was."""
    for one in fingerprints:
        tx.conn.execute(_forget, {"fingerprint": one})
        _search(tx, one)


def _search(tx: Writer, fingerprint: bytes) -> None:
    tx.conn.execute(_forget_unsearched, {"fingerprint": fingerprint, "not_searched": NOT_SEARCHED})
