"""The border between Tcl and Python; the only place that imports tkinter."""
