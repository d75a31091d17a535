"""A Stripe that runs here: localstripe in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import stripe as sdk

from madoguchi.blocks.payments.rules.cards import card_providers
from madoguchi.blocks.stripecards.service import StripeProvider

WEBHOOK_SECRET = "whsec_of_the_tests"
SECRET_KEY = "sk_test_12345"
PUBLISHABLE_KEY = "pk_test_12345"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await(address: str, process: subprocess.Popen) -> None:
    for _attempt in range(200):
        if process.poll() is not None:
            raise RuntimeError("localstripe ended by itself")
        try:
            with urlopen(address):
                return
        except URLError:
            time.sleep(0.05)
    raise RuntimeError(f"localstripe does not answer at {address}")


@pytest.fixture(scope="session")
def stripe_base(tmp_path_factory) -> Iterator[str]:
    """Where localstripe listens."""
    port = free_port()
    folder = tmp_path_factory.mktemp("localstripe")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localstripe", "--from-scratch", "--port", str(port)],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)},
        )
        try:
            _await(f"http://localhost:{port}/js.stripe.com/v3/", process)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture
def stripe_api(stripe_base) -> Iterator[sdk.StripeClient]:
    """Stripe's client, with which tests do what a payer's browser or a person at Stripe does."""
    http = sdk.RequestsClient(timeout=20)
    yield sdk.StripeClient(
        SECRET_KEY, base_addresses={"api": stripe_base}, max_network_retries=0, http_client=http
    )
    http.close()


@pytest.fixture
def stripe(stripe_base, settings) -> Iterator[StripeProvider]:
    """Our adapter at localstripe, taking the card payments of the city."""
    settings.MADOGUCHI_CARD_PROVIDER = "stripe"
    usual = card_providers[StripeProvider.code]
    card_providers.unregister(StripeProvider.code)
    made = card_providers.register(
        StripeProvider(
            secret_key=SECRET_KEY,
            publishable_key=PUBLISHABLE_KEY,
            webhook_secret=WEBHOOK_SECRET,
            api_base=stripe_base,
            js_url=f"{stripe_base}/js.stripe.com/v3/",
        )
    )
    yield made
    made.close()
    card_providers.unregister(StripeProvider.code)
    card_providers.register(usual)
