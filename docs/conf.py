"""Sphinx configuration: MyST pages, code cells run by every build, nothing fetched."""

import importlib.metadata
import os
from pathlib import Path

# Builds the font cache here, so that no page shows matplotlib's message about it.
import matplotlib.font_manager  # noqa: F401

project = "misha_xr"
author = "The misha_xr developers"
release = importlib.metadata.version("misha-xr")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["_build", "jupyter_execute"]
templates_path = ["_templates"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 180
# A page cannot write into the source tree, and a warning in it fails the build.
nb_execution_in_temp = True
os.environ["MISHA_XR_CHECKOUT"] = str(Path(__file__).parents[1])  # for pages on examples/data
nb_output_stderr = "warn"
nb_merge_streams = True

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "groupwise"
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = f"misha_xr {release}"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": False, "show_toc_level": 2}
