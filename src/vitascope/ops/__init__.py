"""What keeps a server running: its folders, preferences, logs, start-up settings and check-ups."""
