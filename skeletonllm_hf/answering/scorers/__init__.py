"""What labels are ranked by: one file for each kind of score, `scorer` for what they have in common."""
