"""`make bench`: every benchmark after another, each in the process it wants."""

import sys

from tests.bench import bench_sync

if __name__ == "__main__":
    sys.exit(bench_sync.main([]))
