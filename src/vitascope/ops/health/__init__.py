"""The health of a server: what its checks (:mod:`vitascope.ops.service`) really look at.

A check says "success", "failure", "starting" or "disabled" (there is nothing to look at), with the words of its
description and the detail that was found. :class:`HealthBoard` keeps them.
"""

from vitascope.ops.health.board import HealthBoard
from vitascope.ops.health.model import BackupFacts, CheckResult, Health, Look, Observation, bad, good, nothing

__all__ = ["BackupFacts", "CheckResult", "Health", "HealthBoard", "Look", "Observation", "bad", "good", "nothing"]
