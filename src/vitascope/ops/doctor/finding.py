"""What the doctor says about one thing: how it is, what was seen, and what to type to put it right."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a finding is."""

    GOOD = "good"
    REMARK = "remark"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    verdict: Verdict
    message: str
    remedy: str = ""
    """A command, or where there is none a sentence that says what to do; empty when nothing is to be done."""


def good(subject: str, message: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.GOOD, message=message)


def remark(subject: str, message: str, remedy: str = "") -> Finding:
    return Finding(subject=subject, verdict=Verdict.REMARK, message=message, remedy=remedy)


def bad(subject: str, message: str, remedy: str = "") -> Finding:
    return Finding(subject=subject, verdict=Verdict.BAD, message=message, remedy=remedy)
