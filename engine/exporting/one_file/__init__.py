"""A trace as one file that plays by itself: its JSON, the page's figure, both in a page."""
