"""Pure rules: no I/O, no clock, no globals, and no imports from the rest of the package."""
