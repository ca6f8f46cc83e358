"""The computing processes: how they are started, asked, watched and replaced."""
