"""Launcher of PostgreSQL and Valkey, process runner, bootstrap, the Makefile's entries. No Django."""
