"""The fonts that charts and documents are set in: Inter, regular and bold, under the SIL Open Font License.

They are shipped so that a picture or a page looks the same on every host; system fonts are never relied on.
`charts/fonts/build.py` makes them and tells where they come from.
"""

from __future__ import annotations

from pathlib import Path

FAMILY = "Inter"
FOLDER = Path(__file__).parent
REGULAR = FOLDER / "Inter-Regular.ttf"
BOLD = FOLDER / "Inter-Bold.ttf"
LICENCE = FOLDER / "Inter-LICENSE.txt"
