"""The status page: the room as a person sees it, from the fold's present state and the journal."""
