"""The house as a whole: figures of the first issue."""

from benchmarks import measure
from benchmarks.harness import figure


@figure("home page, statements", unit="queries", at_most=8)
def home_statements() -> float:
    return measure.queries("/")


@figure("home page, share of a bare view", unit="ratio", at_least=0.35)
def home_share() -> float:
    return measure.share_of_bare_view("/")
