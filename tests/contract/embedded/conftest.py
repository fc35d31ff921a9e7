"""What tests of the embedded server share is in the folder above."""
