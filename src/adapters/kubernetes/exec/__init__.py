"""Runs a command in a container over a websocket: the protocol of `pods/exec`, and nothing that knows requests.

One message is one byte that names a channel, and what that channel says. Source: k8s.io/apimachinery
`util/remotecommand` (versions 4 and 5), `util/httpstream/wsstream`; KEP-4006.
"""
