"""All JSON names and forms that the Master knows, in both directions."""
