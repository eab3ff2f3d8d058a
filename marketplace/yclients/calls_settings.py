"""What a salon may be asked beside its catalogue: branches, licence, online booking's settings."""

from marketplace.yclients import schemas
from marketplace.yclients.calls import Calls, parse, rows


class SettingsCalls(Calls):
    def my_companies(self) -> list[schemas.Company]:
        """The branches that the user token's owner manages: the surest test of a user token."""
        reply = self._transport.call("GET", "/api/v1/companies", query=[("my", 1)])
        return [parse(schemas.Company, row) for row in rows(reply.data)]

    def licence(self, salon_id: int) -> schemas.Licence:
        path = f"/api/v1/license/{salon_id}"
        reply = self._transport.call("GET", path, right="settings_access")
        return parse(schemas.Licence, reply.data)

    def online_settings(self, salon_id: int) -> schemas.OnlineSettings:
        """What the salon's own booking page demands of clients."""
        path = f"/api/v1/company/{salon_id}/settings/online"
        reply = self._transport.call("GET", path, right="settings_access")
        return parse(schemas.OnlineSettings, reply.data)

    def timeslot_settings(self, salon_id: int) -> schemas.TimeslotSettings:
        """The grid of free starts."""
        path = f"/api/v1/company/{salon_id}/settings/timeslots"
        reply = self._transport.call("GET", path, right="settings_access")
        return parse(schemas.TimeslotSettings, reply.data)
