"""Waits grow, end, and are told apart by address."""

from vitascope.accounts.throttle import Throttle, address_key


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_some_failures_are_free_and_then_each_doubles_the_wait() -> None:
    throttle = Throttle(free=3, most_seconds=20, clock=Clock())
    waits = []
    for _ in range(9):
        throttle.failed("a")
        waits.append(throttle.wait("a"))
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 20]
    assert throttle.wait("b") == 0


def test_a_wait_ends_and_failures_are_forgotten() -> None:
    clock = Clock()
    throttle = Throttle(free=0, most_seconds=60, forgotten_after=3_600, clock=clock)
    for _ in range(1_000):
        throttle.failed("a")
    assert throttle.wait("a") == 60
    clock.now += 60
    assert throttle.wait("a") == 0
    clock.now += 3_601
    throttle.failed("a")
    assert throttle.wait("a") == 1
    throttle.succeeded("a")
    assert throttle.wait("a") == 0


def test_the_memory_is_bounded() -> None:
    throttle = Throttle(free=0, most_seconds=60, clock=Clock())
    for number in range(10_000):
        throttle.failed(str(number))
    assert len(throttle._records) == 4_096
    assert throttle.wait("9999") == 1
    assert throttle.wait("0") == 0


def test_addresses_as_keys() -> None:
    assert address_key("192.0.2.7") == "192.0.2.7"
    assert address_key("::ffff:192.0.2.7") == "192.0.2.7"
    assert address_key("2001:db8:1:2:3:4:5:6") == address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key(None) == address_key("no address") == "unknown"
    assert address_key("10.0.0.1", "198.51.100.1, 203.0.113.9") == "10.0.0.1 203.0.113.9"
    assert address_key("10.0.0.1", "made up") == "10.0.0.1"
