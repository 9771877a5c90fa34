"""What each kind of statement does to the tables of a dump, a module for each kind; `script` calls them."""
