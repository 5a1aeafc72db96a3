"""A colour for each region: blues in America, greens and yellow in Europe, violets and coral in Asia and Australia.

Chosen by search for the largest distances in OKLab (B. Ottosson, https://bottosson.github.io/posts/oklab/), as seen
without and with each kind of colour blindness (G. Machado, M. Oliveira, L. Fernandes, A Physiologically-based Model for
Simulation of Color Vision Deficiency, IEEE TVCG 15 (6), 2009): 0.075 between any two, 0.14 between regions that meet.
`tests/tools/test_regions_map.py` measures it.
"""

from __future__ import annotations

PALETTE = {
    "us-east-1": "#8be3df",
    "us-east-2": "#38a9bb",
    "us-west-2": "#2a65ba",
    "eu-west-1": "#c0dd9a",
    "eu-west-2": "#386544",
    "eu-central-1": "#e9cd21",
    "eu-north-1": "#439f0e",
    "ap-south-1": "#ab6cf1",
    "ap-northeast-1": "#763d74",
    "ap-southeast-1": "#e87f75",
    "ap-southeast-2": "#c2affd",
}
