"""A language model's part in understanding: what it is asked, what of its answer counts. No network."""
