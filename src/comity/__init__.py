"""Comity: an open workbench for international cooperation."""
