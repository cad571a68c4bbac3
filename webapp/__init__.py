"""The page and the API around an `inference.analyzer.Analyzer`."""
