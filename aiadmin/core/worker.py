"""What a worker of Celery knows of itself."""

_threads = 8


def threads() -> int:
    """How many it has; eight until it says so at its start (`tasks`)."""
    return _threads


def count(total: int) -> None:
    global _threads
    _threads = total
