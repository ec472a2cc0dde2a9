"""One part of the bench: `python -m bench.part NAME` prints its figures as JSON, about the site in its environment."""

import importlib
import json
import logging
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_project.settings")
    django.setup()
    logging.disable(logging.WARNING)
    print(json.dumps(importlib.import_module(f"bench.{sys.argv[1]}").figures()))
