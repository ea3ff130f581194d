"""Charts as SVG, and figures and times in words: shared by every page, with no script and no address."""
