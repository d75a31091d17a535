"""How payers are named on the desk: ``{% load payers %}``."""

from django import template

from madoguchi.blocks.payments.queries.labels import payer_label

register = template.Library()
register.filter("payer_label", payer_label)
