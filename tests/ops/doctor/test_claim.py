"""It is told whom the server belongs to and what its machine may."""

from vitascope.ops.doctor import Verdict
from vitascope.ops.doctor.claim import claim_finding


def test_each_of_the_three_states_is_told() -> None:
    claimed = claim_finding(claimed=True, trust_loopback=True)
    assert (claimed.verdict, "is claimed" in claimed.message) == (Verdict.GOOD, True)
    trusting = claim_finding(claimed=False, trust_loopback=True)
    assert (trusting.verdict, "VITASCOPE_TRUST_LOOPBACK=0" in trusting.message) == (Verdict.REMARK, True)
    closed = claim_finding(claimed=False, trust_loopback=False)
    assert "only way in" in closed.message
