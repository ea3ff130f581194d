"""Accuracy against ground truth, and the benchmark."""
