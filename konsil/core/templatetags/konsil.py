"""The parts of the design system that templates ask for by name."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Lucide icon from the sprite; decoration only, the word stands beside it."""
    href = static("icons.svg")
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"></use></svg>', href, name)
