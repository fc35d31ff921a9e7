"""Nothing of its own: the control plane comes from the folder above."""
