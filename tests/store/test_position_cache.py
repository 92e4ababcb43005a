"""Arrays that lag behind a scan, and what is made of them."""

from vitascope.store.positions.cache import STALE_AFTER_S, ArrayCache, Versions


def _versions(scan: int) -> Versions:
    return Versions(edit=1, scan=scan)


def test_what_is_made_of_an_array_that_lags_is_made_again_once_that_does_not() -> None:
    now = 0.0
    cache: ArrayCache[str] = ArrayCache(1_000, size_of=len, clock=lambda: now, slow_s=0.0)

    def source(scan: int) -> str:
        return cache.get("source", _versions(scan), lambda: f"of {scan}")

    def made(scan: int) -> str:
        return cache.get("made", _versions(scan), lambda: f"made {source(scan)}")

    assert source(1) == "of 1"
    assert source(2) == "of 1"
    assert made(2) == "made of 1"
    now += STALE_AFTER_S + 0.1
    assert made(2) == "made of 2"
    assert cache.is_of("made", _versions(2))


def test_what_is_made_of_what_does_not_lag_is_kept() -> None:
    cache: ArrayCache[str] = ArrayCache(1_000, size_of=len)
    calls: list[int] = []

    def made() -> str:
        def make() -> str:
            calls.append(1)
            return cache.get("source", _versions(1), lambda: "source")

        return cache.get("made", _versions(1), make)

    assert [made(), made()] == ["source", "source"]
    assert len(calls) == 1
