"""The owner's desk: how the salon fares, what the assistant did, and what the owner wishes of it."""
