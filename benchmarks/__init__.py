"""Benchmarks: registered workloads against named peers, run by ``make bench``; never part of the tests."""
