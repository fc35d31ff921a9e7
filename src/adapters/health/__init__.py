"""What probes, Prometheus and an operator at night ask the process; none of it depends on the Master or ClickHouse."""
