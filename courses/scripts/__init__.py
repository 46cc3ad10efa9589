"""Writing systems of the province's languages: letters, syllables, conversion, order."""
