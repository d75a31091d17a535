"""Where card providers send their messages."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from madoguchi.blocks.payments.operations.card_events import take_message
from madoguchi.blocks.payments.rules.cards import Forged, ProviderUnavailable, card_providers

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a provider's message in; its signature is what admits it.

    200 once it is stored with all that follows, 400 where it is forged, 503 where the provider
    should send it again. Nothing of a message goes into the log.
    """
    at = card_providers.get(provider)
    if at is None:
        raise Http404
    try:
        outcome = take_message(provider=at, body=request.body, headers=request.headers)
    except Forged:
        logger.warning("a message that %s did not sign was refused", at.code)
        return HttpResponse(status=400)
    except ProviderUnavailable:
        return HttpResponse(status=503)
    return HttpResponse(outcome, content_type="text/plain")
