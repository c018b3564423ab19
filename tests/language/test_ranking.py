"""What a candidate is worth to a query, and that the short way to find the best leaves none of them out."""

import random

from portal.language.ranking import Alternative, Group, Name, Ranking

TERMS = tuple("abcdefghijkl")
IDFS = {term: 0.5 + place / 3 for place, term in enumerate(TERMS[:10])}  # k and l stand in no document


def a_query(draw):
    return [
        Group(
            word,
            draw.choice((0.3, 0.5, 1.0)),
            [
                Alternative(tuple(draw.sample(TERMS, draw.choice((1, 1, 2, 3)))), draw.random() * 1.3)
                for _ in range(draw.randint(1, 4))
            ],
        )
        for word in draw.sample(TERMS, 3)
    ]


def a_document(draw):
    """Terms with their impacts, and names of some of them and of one that nobody was asked for."""
    impacts = {term: draw.random() * 2.2 for term in draw.sample(TERMS[:10], draw.randint(1, 6))}
    known = [*impacts, *TERMS[10:]]
    names = [draw.sample(known, draw.randint(1, len(known))) for _ in range(3)]
    return impacts, [Name([[term] for term in name], name) for name in names]


def test_no_candidate_scores_more_than_the_most_that_was_expected_of_it():
    draw = random.Random(11)
    for _ in range(300):
        ranking = Ranking(a_query(draw), IDFS)
        impacts, names = a_document(draw)
        assert ranking.score(impacts, 1.05, names).value <= ranking.most(impacts, 1.05)


def test_ways_to_say_one_word_never_add_up():
    one = Group("a", 1.0, [Alternative(("a",), 1.0)])
    two = Group("a", 1.0, [Alternative(("a",), 1.0), Alternative(("b",), 0.9)])
    impacts = {"a": 1.0, "b": 1.0}
    assert Ranking([two], IDFS).score(impacts, 1.0, []).value < 2 * IDFS["a"]
    assert Ranking([one], IDFS).score(impacts, 1.0, []).used == (Alternative(("a",), 1.0),)
