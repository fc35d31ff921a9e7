"""Changes of the cluster, one module per group of actions, as kubectl would make them."""
