"""Questions and lessons of other systems: read into ours item by item, each understood or named; and written out again."""
