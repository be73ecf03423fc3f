"""How good are generated samples? Each measure says what it sees, and is blind to the rest."""

from course_utils.evaluation._modes import ModeCoverage, mode_coverage

__all__ = ["ModeCoverage", "mode_coverage"]
