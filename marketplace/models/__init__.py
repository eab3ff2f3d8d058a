"""Rows of the marketplace side."""

from marketplace.models.access import ApiKey, ConnectToken
from marketplace.models.booking import BookingAttempt, SlotHold
from marketplace.models.catalog import (
    ScheduleDay,
    Service,
    ServiceCategory,
    ServiceStaff,
    Staff,
    SyncRun,
)
from marketplace.models.company import Company, IntegrationStatus
from marketplace.models.events import CallbackAttempt, CallbackDelivery, WebhookEvent
from marketplace.models.onboarding import AccessRequest, Consent, OnboardingSession
from marketplace.models.owner import OwnerLink, OwnerSession
from marketplace.models.records import Booking, Client
from marketplace.models.steps import OnboardingStep

__all__ = [
    "AccessRequest",
    "ApiKey",
    "Booking",
    "BookingAttempt",
    "CallbackAttempt",
    "CallbackDelivery",
    "Client",
    "Company",
    "ConnectToken",
    "Consent",
    "IntegrationStatus",
    "OnboardingSession",
    "OnboardingStep",
    "OwnerLink",
    "OwnerSession",
    "ScheduleDay",
    "Service",
    "ServiceCategory",
    "ServiceStaff",
    "SlotHold",
    "Staff",
    "SyncRun",
    "WebhookEvent",
]
