"""Bring an archive in: recognise its format, plan what would become of each document, store them one by one.

opening ─ recognising ─ formats ─ Found ─ planning ─ linking ─ storing
"""
