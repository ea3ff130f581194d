"""Reads unit.yaml into checked models: loading with line numbers, checks, the schema for editors."""
