"""The colours of visualizations/palette.css, for files that stand by themselves, such as SVG."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from spacepact.folders import folder

__all__ = ["palette"]


@cache
def palette() -> Mapping[str, str]:
    """Return the light colours of palette.css by their names.

    >>> palette()["ink"]
    '#17202b'
    """
    style = (folder("visualizations") / "palette.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+): light-dark\((#\w+)", style))
