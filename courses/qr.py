"""QR pictures as SVG, drawn in the colour of the text around them."""

import segno


def svg(text: str, title: str = "") -> str:
    """One path in an <svg> without width, so that its place on the page decides the size."""
    code = segno.make(text, error="m", micro=False)
    drawn: str = code.svg_inline(
        border=4, omitsize=True, dark="#000", light="#fff", title=title or None, svgclass="qr", lineclass=None
    )
    return drawn
