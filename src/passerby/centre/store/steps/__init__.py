"""The steps from each released schema of the control room to the next, for Alembic."""
