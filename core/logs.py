"""What the log says, and how."""

from typing import Any


def configuration(level: str) -> dict[str, Any]:
    """For LOGGING: all loggers write to one place."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"flufl.bounce": {"level": "WARNING"}},  # it names each of its detectors for each message
    }
