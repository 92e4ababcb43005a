"""Sections, the scan, pictures and trash: what turns folders into a library."""
