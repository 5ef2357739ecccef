"""The workbench on the screen: ipywidgets, and small anywidgets where those have nothing."""
