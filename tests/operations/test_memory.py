"""What is loaded for good is not looked through again and again."""

import gc

from portal.running import memory


def test_a_look_for_what_is_no_longer_needed_leaves_out_the_program_that_was_loaded():
    before = gc.get_threshold()
    try:
        memory.leave_out_what_is_loaded()
        assert gc.get_freeze_count() > 10_000, "Django and the portal"
        assert len(gc.get_objects()) < 10_000, "what a look goes through"
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
