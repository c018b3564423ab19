import pytest

from tests.builders import a_clerk, a_department, the_city


@pytest.fixture
def office(client, settings, tmp_path):
    """A signed-in clerk of a department, and the department."""
    settings.MEDIA_ROOT = tmp_path
    the_city()
    department = a_department()
    clerk = a_clerk(department=department, first_name="Ada", last_name="Lund")
    client.force_login(clerk)
    return clerk, department
