"""The service: one method per command, one transaction per method."""

from __future__ import annotations

from lifecycle.service.accompanying import AccompanyingRoom
from lifecycle.service.applying import ApplyingRoom
from lifecycle.service.changing import ChangingRoom
from lifecycle.service.deciding import DecidingRoom
from lifecycle.service.disputing import DisputingRoom
from lifecycle.service.effecting import EffectingRoom
from lifecycle.service.following import FollowingRoom
from lifecycle.service.office import OfficeRoom
from lifecycle.service.paying import PayingRoom
from lifecycle.service.reading import ReadingRoom
from lifecycle.service.recovering import RecoveringRoom
from lifecycle.service.reporting import ReportingRoom
from lifecycle.service.scheming import SchemingRoom
from lifecycle.service.serving import ServingRoom
from lifecycle.service.waiving import WaivingRoom
from lifecycle.service.working import WorkingRoom


class Grants(
    OfficeRoom,
    ApplyingRoom,
    AccompanyingRoom,
    DecidingRoom,
    ChangingRoom,
    WorkingRoom,
    PayingRoom,
    RecoveringRoom,
    DisputingRoom,
    FollowingRoom,
    EffectingRoom,
    WaivingRoom,
    SchemingRoom,
    ReportingRoom,
    ReadingRoom,
    ServingRoom,
):
    """The ledger: what operators, auditors and readers may do. Each room has a file beside this one.

    A command that writes takes its struct of `lifecycle.commands` and gives the result of contract section 2
    as bytes; it raises a `lifecycle.errors.Refusal` and writes nothing otherwise.
    """


__all__ = ["Grants"]
