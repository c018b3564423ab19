"""What most tests of the desk begin with."""

import pytest
import time_machine

from tests.appointments.builders import NOW
from tests.desk.builders import a_hall, at


@pytest.fixture
def nine_o_clock():
    with time_machine.travel(at("09:05"), tick=False):
        yield


@pytest.fixture
def hall():
    return a_hall()


@pytest.fixture
def monday_morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
