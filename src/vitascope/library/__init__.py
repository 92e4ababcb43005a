"""Sections, the scan, pictures, trash and watch state: what turns folders into a library."""
