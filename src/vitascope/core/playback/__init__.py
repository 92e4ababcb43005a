"""What can be played where and how: pure rules."""
