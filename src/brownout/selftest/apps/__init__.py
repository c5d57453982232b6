"""The applications with planted defects. Each is started by a drill, as a program of its own."""
