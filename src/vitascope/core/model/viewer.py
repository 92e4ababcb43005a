"""Who asks: the person on whose behalf a read is made, and what that person may see."""

from dataclasses import dataclass

OWNER_PERSON_ID = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person's rights, as every read needs them.

    ``sections`` is ``None`` when all sections are shared; the other restrictions are ``None`` or empty when there
    are none. Equal viewers see the same items, so a viewer is part of the key of every cached listing.
    """

    person_id: int = OWNER_PERSON_ID
    is_owner: bool = False
    sections: frozenset[int] | None = None
    allowed_content_ratings: frozenset[str] | None = None
    excluded_labels: frozenset[str] = frozenset()

    @property
    def sees_whole_sections(self) -> bool:
        """Whether nothing is hidden inside the sections that are seen: else how much there is would tell of it."""
        return self.allowed_content_ratings is None and not self.excluded_labels

    def may_see_section(self, section_id: int) -> bool:
        return self.sections is None or section_id in self.sections
