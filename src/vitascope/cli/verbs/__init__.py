"""The verbs: one module for a family; each hands its commands to the tree and imports what it runs when it runs."""
