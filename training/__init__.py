"""Training: from a folder of photos to the folder of a model that the app serves."""
