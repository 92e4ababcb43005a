"""Whom the server belongs to, and what its own machine may."""

from vitascope.ops.doctor.finding import Finding, Verdict


def claim_finding(*, claimed: bool, trust_loopback: bool) -> Finding:
    """Says which of the ways in is open, as the running server knows it."""
    if claimed:
        message = "the server is claimed; its own machine is trusted no more than any other"
        return Finding(subject="claim", verdict=Verdict.GOOD, message=message)
    if trust_loopback:
        message = (
            "the server belongs to nobody, and whoever reaches it from this machine is the owner, every visitor of a "
            "proxy that adds no X-Forwarded-For among them; VITASCOPE_TRUST_LOOPBACK=0 leaves the claim token as the "
            "only way"
        )
        return Finding(subject="claim", verdict=Verdict.REMARK, message=message)
    message = "the server belongs to nobody; a claim token is the only way in (vitascope claim-token)"
    return Finding(subject="claim", verdict=Verdict.REMARK, message=message)
