"""What the garbage collector goes through."""

import gc


def test_what_is_loaded_at_the_start_is_left_out() -> None:
    # Django, the models and what they import.
    assert gc.get_freeze_count() > 50_000
