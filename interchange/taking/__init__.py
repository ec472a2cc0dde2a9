"""Take a publication out, so that it can live elsewhere: one zip that people and other programs read, and that comes
back with `interchange.returning`.

tables.yaml ─ declared ─┬─ texts (Markdown) ─┬─ writing
                        └─ rows (JSON lines) ─┘
"""
