"""What leaves the page: pictures of a trace that need no browser, formulas as markup."""
