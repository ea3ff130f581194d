"""Raw frames and the redactor; the only package that defines pictures."""
