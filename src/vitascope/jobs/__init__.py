"""Work that is done when there is time for it: the queue and what takes from it."""
