"""Everything a request needs: rows, clock, webhooks, faults, limits, and who may call."""

from dataclasses import dataclass, field
from pathlib import Path

from marketplace.yclients.sandbox.clock import Clock
from marketplace.yclients.sandbox.faults import Faults
from marketplace.yclients.sandbox.journal import Journal
from marketplace.yclients.sandbox.limiter import Limiter
from marketplace.yclients.sandbox.model import Application
from marketplace.yclients.sandbox.store import Store
from marketplace.yclients.sandbox.webhooks import Dispatcher

PARTNER_TOKEN = "sandbox-partner-token"
USER_TOKEN = "sandbox-user-token-0000000000000000"
APPLICATION_ID = 77
USER_ID = 501


@dataclass
class World:
    store: Store
    clock: Clock
    faults: Faults
    hooks: Dispatcher
    limiter: Limiter
    # `strict`: no v2 `Accept` header is an error, not a warning.
    strict: bool = False
    # SMS codes sent for `phone_confirmation`: (salon, phone) → code.
    codes: dict[tuple[int, str], str] = field(default_factory=dict)

    @property
    def application(self) -> Application:
        return self.store.get(Application, APPLICATION_ID) or Application(APPLICATION_ID)

    @classmethod
    def open(
        cls, directory: Path, *, clock_file: Path | None, limits: bool = False, strict: bool = False
    ) -> "World":
        """Opens the state directory; raises StateInUse when another sandbox has it."""
        faults = Faults()
        return cls(
            store=Store(Journal(directory)),
            clock=Clock(clock_file),
            faults=faults,
            hooks=Dispatcher(faults),
            limiter=Limiter(enabled=limits),
            strict=strict,
        )
