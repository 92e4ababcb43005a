"""The server's outer edge: the sockets it listens on, TLS, and the certificates that it shows."""
