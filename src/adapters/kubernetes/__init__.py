"""The Kubernetes API server: what the agent knows of a cluster, and what it may change in it.

What it is: raw bytes over one HTTP session, decoded into small allow-list structs, mapped to domain objects that are
kept in memory and followed by watches. Three layers, each in modules of its own:

- `connection`, `credentials`, `errors`: the only place that sends requests, and the only place where a status or a
  library's exception becomes one of `ports.errors`;
- `kinds`, `schema`, `mappers`: what is read of each kind. A kind is one row; whatever is not named is never decoded;
- `listing`, `watching`, `reflector`, `inventory`, `usage`, `identity`, `operations`: the ports.

What it is not: a general Kubernetes client. The `kubernetes` package supplies configuration, authentication and TLS,
and nothing else of it is used: its typed models reject a whole list for one odd object, its watch and informer spin on
a server that closes silently. No module of its models is ever loaded; a test looks.
"""
