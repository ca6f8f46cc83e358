"""A backward half that somebody wrote by hand: which of its lines is the first that is wrong, and the right one."""
