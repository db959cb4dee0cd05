// Starts the behaviours that the page asks for with `data-ui-…`.
