"""The documentation site: `just site` builds it from the pages in this folder."""

from importlib.metadata import version as version_of

project = "passerby"
author = "passerby contributors"
copyright = "passerby contributors, Apache-2.0"
version = release = version_of("passerby")
extensions = ["myst_parser"]
html_theme = "furo"
html_title = f"passerby {version}"
html_static_path = ["site"]
html_css_files = ["tables.css"]
highlight_language = "text"
exclude_patterns = ["_build", "measurements"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
nitpicky = True
