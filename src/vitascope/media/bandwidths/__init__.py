"""How much bandwidth files need moment by moment: the sizes of their packets over time, without decoding any."""
