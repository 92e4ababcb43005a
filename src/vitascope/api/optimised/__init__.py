"""Optimized versions: how they are asked for, how they look, and who makes them in the owner's name."""
