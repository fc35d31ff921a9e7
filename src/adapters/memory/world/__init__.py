"""The simulated cluster: what it consists of, how it lives, and how it looks from outside.

`blueprints` are plans, `scenario` is the plan of the small cluster; `state` is what exists now; `birth` makes it,
`life` moves it on by a second: `incidents` happen, `controllers` want pods, `placement` finds nodes, `kubelet` runs
containers. `pod_view`, `node_view` and `consumption` render what a reader sees.
"""
