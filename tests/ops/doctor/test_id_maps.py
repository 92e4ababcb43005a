"""The arithmetic of namespaces, with the numbers of the document."""

import pytest

from vitascope.ops.doctor.id_maps import IdMap, parse_subids, unshare_map

HOST = IdMap.parse("         0          0 4294967295\n")
ROOTLESS = IdMap.parse("0 3000 1\n1 100000 65536\n")
KEEP_ID_ROOT = IdMap.parse("0 0 1\n1 1 65536\n")
KEEP_ID_1000 = IdMap.parse("0 1 1000\n1000 0 1\n1001 1001 64536\n")


def test_the_documents_3000_is_102999() -> None:
    unshare = unshare_map(3000, parse_subids("root:1:2\nmms:100000:65536\n", ["mms", "3000"]))
    assert unshare.outside(3000) == 102_999
    assert unshare.arithmetic(3000) == "100000 + 3000 - 1 = 102999"
    assert unshare.inside(102_999) == 3000
    assert unshare.outside(0) == 3000
    assert unshare.inside(3000) == 0
    assert unshare.arithmetic(0) == "3000"
    assert unshare.inside(0) is None
    assert unshare.outside(65_537) is None
    assert unshare.arithmetic(70_000) == "no number"


def test_several_ranges_follow_each_other() -> None:
    unshare = unshare_map(1000, parse_subids("anna:100000:10\n1000:500000:5\n# anna:1:1\nanna:x:1\n", ["anna", "1000"]))
    assert [unshare.outside(n) for n in (1, 10, 11, 15, 16)] == [100_000, 100_009, 500_000, 500_004, None]


@pytest.mark.parametrize(
    ("found", "identity", "nested"),
    [(HOST, True, False), (ROOTLESS, False, False), (KEEP_ID_ROOT, False, True), (KEEP_ID_1000, False, True)],
)
def test_what_kind_of_namespace_it_is(found: IdMap, identity: bool, nested: bool) -> None:
    assert (found.is_identity, found.is_nested) == (identity, nested)


def test_keep_id_puts_the_user_where_it_says() -> None:
    assert KEEP_ID_ROOT.outside(0) == 0
    assert KEEP_ID_1000.outside(1000) == 0
    assert KEEP_ID_1000.outside(0) == 1
