"""From unit.yaml to checked models: loading with line numbers, checks, the schema for editors."""
