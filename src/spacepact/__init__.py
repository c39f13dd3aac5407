"""Spacepact."""
