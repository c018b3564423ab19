"""How a process that answers people keeps its memory in order."""

import gc


def leave_out_what_is_loaded() -> None:
    """What was loaded stays for good: leave it out of later collections.

    Rows that a page has fetched refer to each other in circles, and Python lets a hundred pages of them lie before it looks
    everywhere, which takes a tenth of a second and more, in the middle of somebody's page. With the program left out,
    looking is cheap; done more often it keeps a worker 5 MB smaller.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2000, 5, 2)
