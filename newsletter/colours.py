"""Colours that can be read: contrast as WCAG 2.2 defines it, and accents that reach it.
https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

import colorsys

#: The backgrounds of the light and the dark page; `static/theme.css` paints with the same.
PAPER_LIGHT, PAPER_DARK = "#fcfaf5", "#1b1816"
READABLE = 4.5
STEPS = 200


def luminance(colour: str) -> float:
    """The relative luminance of a colour like `#8a2b1d`: 0 for black, 1 for white."""
    red, green, blue = (linear(channel) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, paper: str) -> str:
    """The colour nearest to `colour`, of the same hue, that can be read on `paper`. Black or white lie at the end of
    the way, so there always is one as long as the paper is not of middle grey."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels(colour))
    goal = 0 if luminance(paper) > 0.5 else 1
    steps = (lightness + (goal - lightness) * step / STEPS for step in range(STEPS + 1))
    shades = (as_hex(colorsys.hls_to_rgb(hue, shade, saturation)) for shade in steps)
    return next(shade for shade in shades if contrast(shade, paper) >= READABLE)


def channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def as_hex(colour: tuple[float, float, float]) -> str:
    return "#" + bytes(round(channel * 255) for channel in colour).hex()


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
