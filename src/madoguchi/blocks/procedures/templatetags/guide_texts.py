"""``{% load guide_texts %}``: the guide's texts in the reader's language, honest about it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from madoguchi.blocks.procedures.guide.model import Text
from madoguchi.blocks.procedures.queries.guide_words import is_japanese, said_plainly

register = template.Library()


@register.filter
def said(text: Text | None) -> SafeString | str:
    """The text in the language of the page; Japanese marked as such where there is no other."""
    if not text:
        return ""
    plain = said_plainly(text)
    if is_japanese() or text.en:
        return plain
    return format_html('<span lang="ja">{}</span>', plain)


@register.filter
def plainly(text: Text | None) -> str:
    """The same without markup, for titles and attributes."""
    return said_plainly(text) if text else ""
