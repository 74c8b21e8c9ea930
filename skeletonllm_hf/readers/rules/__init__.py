"""What holds for all formats, from joints as a file has them to a clip: layouts, axes, units, rates, people, doubts."""
