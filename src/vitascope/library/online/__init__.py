"""What others know about the library: registered metadata providers, matching items with them, and asking them.

Nothing here goes out unless the owner registered a provider and gave a section a group of them.
"""
