"""Nothing of its own: the test bed is a program and a library, and its tests are one folder up."""
