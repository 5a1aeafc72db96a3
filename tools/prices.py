"""List prices by which docs/guides/cost.md counts, in US dollars, without tax: data, and where each was read.

They were looked up on the day that `SEEN` says, in kept copies of the pages, which may be older; no live page was read,
and none was compared with a bill.
"""

from __future__ import annotations

from dataclasses import dataclass

SEEN = "2026-11-22"

MOMENTO = "https://docs.momentohq.com/cache/manage/pricing"
WORKERS = "https://developers.cloudflare.com/workers/platform/pricing/"
FARGATE = "https://aws.amazon.com/fargate/pricing/"
BALANCER = "https://aws.amazon.com/elasticloadbalancing/pricing/"
RDS = "https://aws.amazon.com/rds/postgresql/pricing/"
TRANSFER = "https://aws.amazon.com/ec2/pricing/on-demand/"

INFERRED = "inferred from an older version"
OTHERS = "elsewhere: others' guides of 2026 agree"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, or how many units are free; `read` says where, beside the vendor's own page for it."""

    value: float
    unit: str
    page: str
    read: str = "there"


PRICES = {
    "momento_million": Price(0.5, "a million operations", MOMENTO, INFERRED),
    "momento_free": Price(5.0, "million operations a month, free", MOMENTO, INFERRED),
    "workers_month": Price(5.0, "a month, Workers Paid", WORKERS),
    "workers_million": Price(0.3, "a million requests", WORKERS),
    "workers_included": Price(10.0, "million requests a month, included", WORKERS),
    "cpu_million": Price(0.02, "a million ms of CPU", WORKERS),
    "cpu_included": Price(30.0, "million ms of CPU a month, included", WORKERS),
    "vcpu_hour": Price(0.04048, "an hour of a vCPU", FARGATE, OTHERS),
    "memory_hour": Price(0.004445, "an hour of a GB of memory", FARGATE, OTHERS),
    "balancer_hour": Price(0.0225, "an hour of a load balancer", BALANCER, OTHERS),
    "capacity_hour": Price(0.008, "an hour of its capacity unit", BALANCER, OTHERS),
    "database_hour": Price(0.065, "an hour of db.t4g.medium, PostgreSQL", RDS, OTHERS),
    "disk_month": Price(0.115, "a GB of its disk a month", RDS, OTHERS),
    "between_regions": Price(0.02, "a GB from region to region", TRANSFER, OTHERS),
    "egress": Price(0.09, "a GB to the internet", TRANSFER, OTHERS),
}
"""AWS: us-east-1, on demand. By the names that `python -m tools.cost --price NAME=USD` takes."""
