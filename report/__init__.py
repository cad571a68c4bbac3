"""One analysis as a document to keep or to hand to a doctor: a page of PDF, and JSON."""
