"""What other apps' pages show of the conversation."""

from django import template

register = template.Library()
