"""The tables of a control room in PostgreSQL: what units reported, and which units may report."""
