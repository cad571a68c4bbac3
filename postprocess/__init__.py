"""What turns the network's numbers into statements: pure functions on NumPy arrays, no framework."""
