"""The simulated cluster: what it consists of, how it lives, and how it looks from outside.

`blueprints` are plans of what runs, `declarations` of what only stands there; `scenario*` is the plan of the small
cluster. `state` and `owned` are what exists now; `birth`, `fixtures` and `past` make it as if it had run for weeks.
`life` moves it on by a second: `incidents` happen, `controllers`, `deployments` and `batch` want pods, `quotas` may
refuse them, `placement` finds nodes, `storage` gives volumes, `kubelet` runs containers; then `rollout_progress` counts
and `network` follows the pods. Whoever does something writes an Event (`event_log`, `telling`, `*_events`). `views`
and the `*_view` modules render what a reader sees, `consumption` what it uses.
"""
