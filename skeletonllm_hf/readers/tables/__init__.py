"""Readers of tables of any program: which columns are whose coordinates, which rows are which frames."""
