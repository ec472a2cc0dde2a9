"""Corrections, on the pages of what they correct."""

from typing import ClassVar

from django.contrib import admin
from django.db import models

from newsletter.forms import PastingTextarea
from newsletter.models import Correction


class CorrectionInline(admin.StackedInline):
    model = Correction
    fields = ("text", "published_at")
    readonly_fields = ("published_at",)
    formfield_overrides: ClassVar = {models.TextField: {"widget": PastingTextarea(attrs={"rows": 3})}}
    extra = 1
