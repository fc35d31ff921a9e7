"""What commands do in the cluster, as kubectl would.

Every change follows the same pattern: read, look whether it may and need be changed, then write under the version or
the UID that was read. What somebody else changed in between is never overwritten unseen.
"""
