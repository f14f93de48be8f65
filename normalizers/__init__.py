"""Pure functions from the words on a page to typed values. They import the schemas only."""
