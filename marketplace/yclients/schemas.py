"""Every model the client returns, under one name: `schemas.Record`, `schemas.Slot` and so on."""

from marketplace.yclients.schema_catalogue import (
    BookService,
    BusyInterval,
    Company,
    CompositeLink,
    Interval,
    Position,
    ScheduleDay,
    Service,
    ServiceCategory,
    ServiceStaff,
    Slot,
    Staff,
    StaffService,
)
from marketplace.yclients.schema_journal import (
    BookedAppointment,
    Client,
    HooksSettings,
    Record,
    RecordLabel,
    RecordService,
)
from marketplace.yclients.schema_partner import ApplicationStatus, Payment, StatusChange, Tariff
from marketplace.yclients.schema_settings import (
    Attendance,
    Licence,
    OnlineSettings,
    TimeslotSettings,
    Visit,
)

__all__ = [
    "ApplicationStatus",
    "Attendance",
    "BookService",
    "BookedAppointment",
    "BusyInterval",
    "Client",
    "Company",
    "CompositeLink",
    "HooksSettings",
    "Interval",
    "Licence",
    "OnlineSettings",
    "Payment",
    "Position",
    "Record",
    "RecordLabel",
    "RecordService",
    "ScheduleDay",
    "Service",
    "ServiceCategory",
    "ServiceStaff",
    "Slot",
    "Staff",
    "StaffService",
    "StatusChange",
    "Tariff",
    "TimeslotSettings",
    "Visit",
]
