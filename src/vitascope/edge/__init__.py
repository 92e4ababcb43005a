"""The server's outer edge: sockets, and later TLS, certificates and reverse proxies."""
