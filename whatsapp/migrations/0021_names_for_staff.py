"""Columns that staff read get their Russian names."""

from django.db import migrations

from aiadmin.core.naming import NameFields


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0020_waiting_list")]

    operations = [
        NameFields(
            {
                "message": {
                    "wa_id": "номер в WhatsApp",
                    "payload": "данные",
                    "turn_number": "ход диалога",
                    "frame": "понято и сделано",
                    "created_at": "создано",
                    "due_at": "следующая попытка",
                    "attempts": "попыток",
                    "not_before": "не раньше",
                    "expires_at": "годится до",
                },
                "outreach": {
                    "company": "салон",
                    "booking": "визит в журнале",
                    "message": "сообщение",
                    "created_at": "создано",
                },
                "review": {
                    "company": "салон",
                    "outreach": "просьба об оценке",
                },
                "salondigest": {
                    "company": "салон",
                    "due_at": "следующая попытка",
                    "attempts": "попыток",
                },
                "salonsettings": {
                    "company": "салон",
                },
                "salonphone": {
                    "company": "салон",
                },
                "waitingentry": {
                    "company": "салон",
                    "conversation": "чат",
                },
                "modelday": {
                    "company": "салон",
                },
                "numberpace": {
                    "company": "салон",
                    "stopped_until": "первыми не пишем до",
                    "refused_at": "WhatsApp отказал",
                    "refusals": "отказов подряд",
                },
                "session": {
                    "pairing_requested_at": "код запрошен",
                    "pairing_phone": "код для номера",
                    "pairings": "кодов показано",
                },
            }
        )
    ]
