"""Questions as files: for Moodle and Gradescope, as a table, as an exercise that answers, and on paper."""
