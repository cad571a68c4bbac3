"""Cross-validation: every photo is tested on once, by a network that has not seen its lesion or patient."""
