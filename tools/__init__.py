"""Helpers for the people who change this project; nothing here is installed."""
