"""The certificates of a running server: what changes is taken up, and what cannot be had costs nothing else."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.certificates import make_pkcs12, needs_openssl

from vitascope.edge.custom import CustomWish
from vitascope.edge.keeper import Keeper, Wanted
from vitascope.ops.atomic import write_atomically

WANTED = Wanted(host="box", names=frozenset({"localhost", "127.0.0.1"}))


class Wish:
    """What is wanted now."""

    def __init__(self) -> None:
        self.now = WANTED

    def __call__(self) -> Wanted:
        return self.now


def run(folder: Path, talk: Callable[[Keeper, Wish], Awaitable[None]], **replaced: object) -> None:
    async def main() -> None:
        wish = Wish()
        write = replaced.get("write", write_atomically)
        keeper = Keeper(folder, wanted=wish, write=write)  # type: ignore[arg-type]  # one or the other
        await keeper.open()
        try:
            await talk(keeper, wish)
        finally:
            await keeper.close()

    asyncio.run(main())


def test_the_fingerprint_is_in_the_log_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def talk(keeper: Keeper, _: Wish) -> None:
        assert keeper.context() is not None
        await keeper.renew()
        assert caplog.text.count(keeper.state().fingerprint) == 1

    with caplog.at_level(logging.INFO):
        run(tmp_path, talk)


def test_a_new_address_is_taken_up_by_the_same_authority(tmp_path: Path) -> None:
    async def talk(keeper: Keeper, wish: Wish) -> None:
        before = keeper.state().fingerprint
        wish.now = replace(WANTED, names=WANTED.names | {"192.0.2.9"})
        await keeper.renew()
        assert "192.0.2.9" in keeper.state().shown[0].names
        assert keeper.state().fingerprint == before

    run(tmp_path, talk)


def test_a_setting_that_changes_is_looked_at_at_once(tmp_path: Path) -> None:
    async def talk(keeper: Keeper, wish: Wish) -> None:
        wish.now = replace(WANTED, offered=False)
        keeper.renew_soon()
        while keeper.context() is not None:
            await asyncio.sleep(0.01)
        assert not keeper.state().offered

    run(tmp_path, talk)


def test_a_full_disk_leaves_plain_http(tmp_path: Path) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    async def talk(keeper: Keeper, _: Wish) -> None:
        assert keeper.context() is None
        assert "No space left on device" in keeper.state().troubles[0]

    run(tmp_path, talk, write=full)


@needs_openssl
def test_a_broken_certificate_of_ones_own_costs_nothing_else(tmp_path: Path) -> None:
    bundle = make_pkcs12(tmp_path, "media.example", password="p")

    async def talk(keeper: Keeper, wish: Wish) -> None:
        wish.now = replace(WANTED, custom=CustomWish(path=bundle, password="p", domain="127.0.0.1"))
        await keeper.renew()
        assert not keeper.is_vouched_for("127.0.0.1:32400"), "an address gets no HSTS, whatever the certificate names"
        wish.now = replace(WANTED, custom=CustomWish(path=bundle, password="p", domain="media.example"))
        await keeper.renew()
        assert keeper.is_vouched_for("media.example:32400")
        assert not keeper.is_vouched_for("localhost:32400")
        assert not keeper.is_vouched_for("127.0.0.1")
        assert not keeper.is_vouched_for(None)
        assert [one.source for one in keeper.state().shown] == ["own", "custom"]
        bundle.write_bytes(b"broken")  # as by a tool that failed while it renewed it
        os.utime(bundle, ns=(1, 1))
        await keeper.renew()
        assert keeper.context() is not None
        assert [one.source for one in keeper.state().shown] == ["own"]
        assert "no PKCS#12 file" in keeper.state().troubles[0]
        wish.now = WANTED
        await keeper.renew()
        assert keeper.state().troubles == ()

    run(tmp_path / "certificates", talk)
