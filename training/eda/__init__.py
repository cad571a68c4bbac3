"""What is in a data set: classes, resolutions, associations, and whether resolution gives the class away."""
