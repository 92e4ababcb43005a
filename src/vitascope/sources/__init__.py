"""Where media lies, and whether it is really there."""
