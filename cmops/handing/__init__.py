"""What a person is given to publish by hand: one sheet, for an issue, a page and a terminal."""
