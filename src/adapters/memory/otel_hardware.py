"""The hardware below the simulated cluster: what node_exporter would say about a node at a moment.

A pure function of seed, address and minute, like the traffic (`otel_traffic`); the series over the last hour are made
of the same figures that the node shows now.
"""

import math
from datetime import datetime
from functools import lru_cache

from adapters.memory.otel_traffic import chance
from domain.otel.node_metrics import (
    NodeCpu,
    NodeDisk,
    NodeMemory,
    NodeMetrics,
    NodeMetricsPoint,
    NodeNetwork,
    NodePsi,
    NodeSoftnet,
    NodeSystem,
    NodeTcp,
    NodeTemperature,
    NodeVmstat,
    TempSensor,
)

_GIB = 1024**3
_KERNEL = "6.8.0-49-generic"
_MAX_INT64 = 2**63 - 1


def read_node(seed: int, address: str, at: datetime) -> NodeMetrics:
    """Everything about one node at one moment."""
    minute = int(at.timestamp() // 60)
    fixed, now = chance(seed, address), chance(seed, address, minute)
    cores = fixed.choice((4, 8, 8, 16))
    phase = fixed.uniform(0.0, 2.0 * math.pi)
    wave = 0.5 + 0.5 * math.sin(2.0 * math.pi * minute / 90.0 + phase)
    busy = min(0.97, fixed.uniform(0.12, 0.35) + 0.35 * wave + now.uniform(-0.03, 0.05))
    load = busy * cores
    temperature = round(38.0 + 35.0 * busy + now.uniform(-1.0, 1.0), 1)
    connections = round(180 + 420 * busy + now.uniform(0.0, 40.0))
    return NodeMetrics(
        node_name=address,
        node_ip=address,
        timestamp=at,
        cpu=NodeCpu(
            usage_pct=round(100.0 * busy, 2),
            user_pct=round(68.0 * busy, 2),
            system_pct=round(26.0 * busy, 2),
            iowait_pct=round(6.0 * busy * now.random(), 2),
            load1=round(load * now.uniform(0.9, 1.15), 2),
            load5=round(load, 2),
            load15=round(load * 0.95, 2),
            cores=cores,
            freq_hz=(2_900_000_000.0,) * cores,
        ),
        memory=_memory(cores * 4 * _GIB, min(0.94, 0.35 + 0.4 * busy + fixed.uniform(0.0, 0.15))),
        disks=(
            _disk("/dev/nvme0n1p2", "/", 120 * _GIB, 0.31 + 0.2 * fixed.random(), busy, now.random()),
            _disk("/dev/nvme1n1", "/var/lib/data", 400 * _GIB, 0.4 + 0.3 * fixed.random(), busy, now.random()),
        ),
        networks=(_network("eth0", 1_400_000.0 * load, 1100.0 * load), _network("lo", 90_000.0, 120.0)),
        temperature=NodeTemperature(
            cpu_temp_c=temperature,
            cpu_max_c=85.0,
            cpu_crit_c=100.0,
            sensors=(
                TempSensor(chip="coretemp-0", sensor="package", current_c=temperature, max_c=85.0, crit_c=100.0),
                TempSensor(
                    chip="nvme-0", sensor="composite", current_c=round(temperature - 9, 1), max_c=0.0, crit_c=0.0
                ),
            ),
        ),
        psi=NodePsi(
            cpu_some_pct=round(9.0 * busy**2, 2),
            mem_some_pct=round(0.6 * busy * now.random(), 2),
            mem_full_pct=0.0,
            io_some_pct=round(3.0 * busy * now.random(), 2),
            io_full_pct=round(1.0 * busy * now.random(), 2),
        ),
        tcp=NodeTcp(
            curr_estab=connections,
            alloc=connections + 60,
            in_use=connections + 12,
            time_wait=round(connections * 0.4),
            sockets_used=connections + 310,
        ),
        system=NodeSystem(
            conntrack_entries=connections * 3,
            conntrack_limit=262_144,
            filefd_allocated=4_200 + connections,
            filefd_max=_MAX_INT64,
            entropy_bits=256,
        ),
        vmstat=NodeVmstat(
            pg_fault_per_sec=round(2_600.0 * busy, 1),
            pg_maj_fault_per_sec=round(0.3 * now.random(), 2),
            pswp_in_per_sec=0.0,
            pswp_out_per_sec=0.0,
        ),
        softnet=NodeSoftnet(dropped_per_sec=0.0, squeezed_per_sec=round(0.4 * busy, 3)),
        kernel=_KERNEL,
        uptime_seconds=int(at.timestamp()) % (40 * 86_400) + 86_400,
    )


@lru_cache(maxsize=4096)
def read_point(seed: int, address: str, minute_at: datetime) -> NodeMetricsPoint:
    """A node as a point of its series; kept, since a series is asked for every minute and repeats all but one."""
    node = read_node(seed, address, minute_at)
    disk = next((disk for disk in node.disks if disk.mount_point == "/"), node.disks[0])
    networks = [network for network in node.networks if network.up and network.interface != "lo"]
    return NodeMetricsPoint(
        timestamp=minute_at,
        cpu_pct=node.cpu.usage_pct,
        user_pct=node.cpu.user_pct,
        system_pct=node.cpu.system_pct,
        iowait_pct=node.cpu.iowait_pct,
        load1=node.cpu.load1,
        load5=node.cpu.load5,
        load15=node.cpu.load15,
        mem_pct=node.memory.usage_pct,
        swap_usage_pct=node.memory.swap_usage_pct,
        disk_pct=disk.usage_pct,
        disk_read_bytes_per_sec=disk.read_bytes_per_sec,
        disk_write_bytes_per_sec=disk.write_bytes_per_sec,
        disk_io_util_pct=disk.io_util_pct,
        net_rx_bytes_per_sec=sum(network.rx_bytes_per_sec for network in networks),
        net_tx_bytes_per_sec=sum(network.tx_bytes_per_sec for network in networks),
        net_rx_pkt_per_sec=sum(network.rx_pkt_per_sec for network in networks),
        net_tx_pkt_per_sec=sum(network.tx_pkt_per_sec for network in networks),
        cpu_temp_c=node.temperature.cpu_temp_c,
        cpu_some_pct=node.psi.cpu_some_pct,
        mem_some_pct=node.psi.mem_some_pct,
        io_some_pct=node.psi.io_some_pct,
        tcp_estab=node.tcp.curr_estab,
        sockets_used=node.tcp.sockets_used,
    )


def _memory(total_bytes: int, used: float) -> NodeMemory:
    available_bytes = round(total_bytes * (1.0 - used))
    return NodeMemory(
        total_bytes=total_bytes,
        available_bytes=available_bytes,
        free_bytes=round(available_bytes * 0.4),
        cached_bytes=round(available_bytes * 0.55),
        buffers_bytes=round(available_bytes * 0.05),
        usage_pct=round(100.0 * used, 2),
        swap_total_bytes=0,
        swap_free_bytes=0,
        swap_usage_pct=0.0,
    )


def _disk(device: str, mount_point: str, total_bytes: int, used: float, busy: float, chance_now: float) -> NodeDisk:
    return NodeDisk(
        device=device,
        mount_point=mount_point,
        fs_type="ext4",
        total_bytes=total_bytes,
        avail_bytes=round(total_bytes * (1.0 - used)),
        usage_pct=round(100.0 * used, 2),
        read_bytes_per_sec=round(2_000_000.0 * busy * chance_now, 1),
        write_bytes_per_sec=round(6_500_000.0 * busy * (0.5 + chance_now), 1),
        read_iops=round(60.0 * busy * chance_now, 2),
        write_iops=round(240.0 * busy * (0.5 + chance_now), 2),
        io_util_pct=round(min(100.0, 18.0 * busy * (0.5 + chance_now)), 2),
    )


def _network(interface: str, bytes_per_sec: float, packets_per_sec: float) -> NodeNetwork:
    is_loopback = interface == "lo"
    return NodeNetwork(
        interface=interface,
        up=True,
        speed_bits_per_sec=0 if is_loopback else 10_000_000_000,
        mtu=65_536 if is_loopback else 1_500,
        rx_bytes_per_sec=round(bytes_per_sec, 1),
        tx_bytes_per_sec=round(bytes_per_sec * 0.8, 1),
        rx_pkt_per_sec=round(packets_per_sec, 1),
        tx_pkt_per_sec=round(packets_per_sec * 0.85, 1),
        rx_err_per_sec=0.0,
        tx_err_per_sec=0.0,
        rx_drop_per_sec=0.0,
        tx_drop_per_sec=0.0,
    )
