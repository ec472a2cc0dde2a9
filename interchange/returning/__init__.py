"""Bring an export of this program back, into an empty site or beside what is there.

archive (what is in it, in pieces) ─┬─ texts ─┐
                                    └─ rows ──┴─ counterparts (which number is which here)

On an empty site everything keeps its numbers, so that permalinks hold. What is there already stays as it is. Each
piece is stored all or nothing; whoever begins again goes on, and stores nothing twice.
"""
