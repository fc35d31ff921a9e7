"""The Master, over HTTP: four endpoints, and all JSON that passes them."""
