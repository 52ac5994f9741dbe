"""Layouts of figures as plain data, computed once and drawn by the page and by the window: no reportlab, no Qt.

Measures are in points, from the upper left corner, downwards. What a figure shows is what it is handed: released views.
"""
