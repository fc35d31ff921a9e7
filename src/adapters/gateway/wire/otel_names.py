"""Names of the OTel summary on the wire.

As for the cluster (`names`), a wire name is the camelCase of the Python name, but for this table: acronyms that the
wire writes in capitals, and Python names that carry a unit which the wire leaves unsaid. One Python name has one wire
name everywhere, because the alias generator sees nothing but the name. Source: wire contract, part 3.
"""

from collections.abc import Mapping
from typing import Final

from adapters.gateway.wire.names import wire_name

OTEL_WIRE_NAMES: Final[Mapping[str, str]] = {
    "availability_percent": "availability",
    "avg_success_percent": "avgSuccessRate",
    "disk_io_util_pct": "diskIOUtilPct",
    "disk_read_bytes_per_sec": "diskReadBps",
    "disk_write_bytes_per_sec": "diskWriteBps",
    "duration_nanos": "duration",
    "error_percent": "errorRate",
    "error_ratio": "errorRate",
    "ingress_slos": "ingressSLOs",
    "le_ms": "le",
    "max_cpu_temp_c": "maxCpuTemp",
    "mesh_avg_mtls_percent": "meshAvgMtls",
    "net_rx_bytes_per_sec": "netRxBps",
    "net_rx_pkt_per_sec": "netRxPktSec",
    "net_tx_bytes_per_sec": "netTxBps",
    "net_tx_pkt_per_sec": "netTxPktSec",
    "node_ip": "nodeIP",
    "read_iops": "readIOPS",
    "service_slos": "serviceSLOs",
    "speed_bits_per_sec": "speedBps",
    "success_percent": "successRate",
    "success_ratio": "successRate",
    "uptime_seconds": "uptime",
    "write_iops": "writeIOPS",
}

INT32_FIELDS: Final = frozenset({"severity_num"})
"""Python names of the fields that are 32 bits wide on the wire; every other integer has 64."""


def otel_wire_name(name: str) -> str:
    """Wire name of a field of the OTel summary; what this table does not name is named like everything else."""
    return OTEL_WIRE_NAMES.get(name) or wire_name(name)
