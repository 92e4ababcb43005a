"""Touching media bytes: everything here runs, or makes things run, in worker processes with limits."""
