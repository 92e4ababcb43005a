"""What is wrong with an edit."""


class EditError(Exception):
    """An edit that cannot be: the text names the parameter and what it should be."""
