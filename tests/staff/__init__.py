"""Tests of the staff's admin as a whole."""
