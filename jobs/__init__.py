"""What a person can ask for, from a page, a route or the command line alike: open the store, import, export, check the set-up."""
