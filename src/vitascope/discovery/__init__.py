"""Being found in the local network."""
