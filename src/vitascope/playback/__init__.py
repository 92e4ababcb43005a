"""What is being played: the sessions of this moment, and what the reports of players make of watch state."""
