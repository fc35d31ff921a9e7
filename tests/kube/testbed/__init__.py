"""The test bed: a real control plane on loopback with simulated nodes; README.md beside this file explains it."""
