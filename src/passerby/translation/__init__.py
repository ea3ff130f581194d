"""Languages of the pages: which one a request wants, and its messages, numbers and times."""
