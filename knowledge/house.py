"""What the knowledge base hands to the house at start-up."""

from knowledge import catalogue
from portal import registries


def move_in() -> None:
    registries.catalogue_consumers.add(catalogue.consume)
