"""Protections taken away, one file each, by replacing functions of Jam in a process that serves or works for a probe.

A probe that stays green under its sabotages could not fail, and counts as absent.
"""
