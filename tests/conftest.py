"""What every test may use."""

from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


@pytest.fixture
def seed_path() -> Path:
    """The city's real document, where it lies beside the checkout."""
    found = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
    if not found:
        pytest.skip("the real plan document (../shared/seeds) is not beside this checkout")
    return found[0]
