"""The only home of images: raw frames and the redactor."""
