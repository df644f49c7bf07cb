"""What holds for every test."""

from hypothesis import settings

settings.register_profile("gehoor", deadline=None)
settings.load_profile("gehoor")
