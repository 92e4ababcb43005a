"""Optimized versions: what is wanted, where it goes, and how the library gets it."""
