"""Any colour a city picks stays readable."""

from hypothesis import given
from hypothesis import strategies as st

from portal.look import colours

channel = st.integers(0, 255)


@given(st.tuples(channel, channel, channel))
def test_any_accent_is_readable_on_light_and_on_dark_pages(accent: colours.Colour):
    for page in (colours.LIGHT_PAGE, colours.DARK_PAGE):
        assert colours.contrast(colours.readable(accent, page), page) >= 4.5


def test_an_accent_that_is_readable_already_stays_as_it_is():
    blue = colours.parse("17469e")
    assert colours.readable(blue, colours.LIGHT_PAGE) == blue


def test_black_on_white_has_the_highest_contrast():
    assert round(colours.contrast(colours.BLACK, colours.WHITE), 2) == 21


def test_the_stylesheet_serves_light_and_dark_and_may_be_kept(client):
    response = client.get("/farben/17469e.css")
    assert response["Content-Type"] == "text/css"
    assert "immutable" in response["Cache-Control"]
    assert "#17469e" in response.content.decode()
    assert "prefers-color-scheme:dark" in response.content.decode()


def test_what_is_no_colour_has_no_stylesheet(client, db):
    assert client.get("/farben/zzzzzz.css").status_code == 404
