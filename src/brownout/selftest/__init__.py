"""brownout put to its own test: applications with one planted defect each, and a sound twin of each."""
