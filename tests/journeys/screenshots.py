"""`make screenshots`: takes the pictures of the README (tests/journeys/pictures.py says which)."""

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    pictures = Path(__file__).with_name("pictures.py")
    sys.exit(pytest.main(["-o", "python_files=pictures.py", "-q", str(pictures)]))
