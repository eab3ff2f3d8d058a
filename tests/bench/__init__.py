"""Benchmarks: `python -m tests.bench` runs them all, `python -m tests.bench.bench_sync` one."""
