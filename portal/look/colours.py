"""The city's accent, kept readable: one colour from the settings becomes one for light and one for dark pages."""

# contrast ratios; WCAG asks 4.5, the rest is for tinted backgrounds and tired eyes
READABLE_ON_LIGHT, READABLE_ON_DARK = 4.8, 7.0
LIGHT_PAGE = (0xF3, 0xF4, 0xF7)
DARK_PAGE = (0x26, 0x2A, 0x3C)
BLACK, WHITE = (0, 0, 0), (255, 255, 255)

Colour = tuple[int, int, int]


def parse(text: str) -> Colour:
    """Turn "17469e" into (23, 70, 158)."""
    return (int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16))


def as_text(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2 defines it, 0 to 1."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: Colour, page: Colour) -> Colour:
    """`colour`, mixed with black or white only as far as text in it needs on `page`."""
    is_light = luminance(page) > 0.5
    towards, enough = (BLACK, READABLE_ON_LIGHT) if is_light else (WHITE, READABLE_ON_DARK)
    for step in range(21):
        mixed = _mix(colour, towards, step / 20)
        if contrast(mixed, page) >= enough:
            return mixed
    return towards


def stylesheet(accent: str) -> str:
    """The rules that put the accent into KERN's tokens, for light and dark."""
    light, dark = readable(parse(accent), LIGHT_PAGE), readable(parse(accent), DARK_PAGE)
    rule = (
        '[data-kern-theme="light"],.kern-light{{--kern-color-action-default:{};--kern-color-action-on-default:{};'
        "--kern-color-decorative-brand-default:{}}}"
    )
    in_light = rule.format(as_text(light), "#ffffff", as_text(light))
    in_dark = rule.format(as_text(dark), "#12141f", as_text(dark))
    return f"{in_light}\n@media (prefers-color-scheme:dark){{{in_dark}}}\n"


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue)
