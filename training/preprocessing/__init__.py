"""What may be done to a training photo before the preprocessing that the app shares."""
