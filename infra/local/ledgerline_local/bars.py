"""Stacked bars as an SVG, for the pages about performance: what each row is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#4878a8", "#e08a3c", "#5d9e5a", "#b0568c")

LEFT, WIDTH, HEIGHT, GAP = 190, 520, 22, 12
"""Room for the names of rows; the longest bar; a bar, and what is between two."""

TOP = 60


def stacked(title: str, rows: Sequence[tuple[str, Mapping[str, float]]], unit: str) -> str:
    """One bar for each of `rows`, made of its named parts in their order."""
    longest = max(sum(parts.values()) for _, parts in rows)
    names = list(rows[0][1])
    height = TOP + len(rows) * (HEIGHT + GAP)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 90} {height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="20" font-size="14">{escape(title)}</text>',
    ]
    for number, (name, colour) in enumerate(zip(names, COLOURS, strict=False)):
        x = 12 + number * 110
        drawn.append(f'<rect x="{x}" y="32" width="12" height="12" fill="{colour}"/>')
        drawn.append(f'<text x="{x + 18}" y="42">{escape(name)}</text>')
    for number, (row, parts) in enumerate(rows):
        y = TOP + number * (HEIGHT + GAP)
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(row)}</text>')
        x = float(LEFT)
        for part, colour in zip(parts.values(), COLOURS, strict=False):
            width = WIDTH * part / longest
            drawn.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT}" fill="{colour}"/>')
            x += width
        drawn.append(f'<text x="{x + 6:.1f}" y="{y + 15}">{sum(parts.values()):,.0f} {escape(unit)}</text>')
    return "\n".join([*drawn, "</svg>", ""])
