"""The corpus: annotation formats in and out, checks, and gold Documents as a dataset."""
