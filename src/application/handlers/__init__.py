"""How each request is carried out: one class per group of actions, dispatched by the request's type."""
