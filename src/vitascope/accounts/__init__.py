"""Who asks: people, devices and tokens, and what a request proves about whoever sent it."""
