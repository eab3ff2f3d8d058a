"""Companies with their keys, links and codes for the web benchmark, and files that say whom to call how.

python -m tests.bench.web_rows COMPANIES FOLDER
"""

import json
import sys
from pathlib import Path

from tests.bench import place


def main(count: int, folder: Path) -> None:
    place.with_django()
    from aiadmin.core import redis as store  # noqa: PLC0415
    from marketplace.models import ApiKey, Company, IntegrationStatus  # noqa: PLC0415
    from marketplace.services import keys, tokens  # noqa: PLC0415
    from marketplace.services.access import webhook_key  # noqa: PLC0415
    from whatsapp.models import Session  # noqa: PLC0415
    from whatsapp.models.session import SessionState  # noqa: PLC0415

    made = Company.objects.bulk_create(
        Company(
            external_company_id=500_000 + number,
            yclients_id=500_000 + number,
            title=f"Салон {number}",
            integration_status=IntegrationStatus.PENDING,
            whatsapp_enabled=True,
        )
        for number in range(count)
    )
    targets: dict[str, list[dict[str, object]]] = {
        "status": [],
        "qr": [],
        "webhook": [],
        "pages": [],
    }
    for company in made:
        key = keys.issue(company, ApiKey.Kind.OWNER).plain
        token = tokens.issue(company)
        base = "/marketplace"
        targets["status"].append(
            {"path": f"{base}/status/{company.pk}", "headers": {"x-api-key": key}}
        )
        targets["qr"].append({"path": f"{base}/qr/{token}", "headers": {}})
        targets["webhook"].append(
            {
                "path": f"{base}/webhook/{company.pk}?key={webhook_key(company)}",
                "headers": {"content-type": "application/json"},
            }
        )
        targets["pages"].append({"company": company.pk, "token": token})
        # A code as WhatsApp gives it, for as long as the run takes.
        text = f"2@{company.pk:0>200},key,key,key,1"
        store.client().set(
            store.qr_key(company.pk),
            json.dumps({"generated_at": "2026-01-01T00:00:00+00:00", "qr": text}),
            ex=3600,
        )
    Session.objects.bulk_create(Session(company=company, state=SessionState.QR) for company in made)
    for name, rows in targets.items():
        (folder / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
