"""Structured records from Vietnamese science-and-technology (KH&CN) reports."""

__version__ = "0.1.0"
