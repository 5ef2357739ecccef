"""Import and export: files in, records out, and back again. Nothing here touches the store."""
