"""What most tests of booking begin with."""

import pytest
import time_machine

from tests.appointments.builders import NOW


@pytest.fixture
def monday_morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
