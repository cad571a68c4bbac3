"""Photos on disk, as tables, splits, samples and batches."""
