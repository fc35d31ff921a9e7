"""Objects of any kind as they may be shown: without secrets, without what the reader must not see."""
