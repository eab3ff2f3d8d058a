"""The set of processes that docker/compose.yml starts, by its own commands, on this machine: nginx with TLS,
web ×2, worker, beat, bridge ×2. For tests of deployment; `python -m aiadmin.run fleet`.

`production`: DJANGO_ENV=production with generated secrets. Neither WhatsApp nor YCLIENTS can be reached then:
production refuses sandboxes, and the way out is a closed port. Otherwise DJANGO_ENV=development with both
sandboxes: the same programs, and phones that scan.
"""

import datetime
import os
import shutil
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aiadmin.run import deployed, probes
from aiadmin.run.directory import Directory
from aiadmin.run.errors import RunError
from aiadmin.run.paths import ROOT, write_private
from aiadmin.run.plan import Plan, add_servers
from aiadmin.run.processes import (
    LOOPBACK,
    add,
    one_shot,
    sandboxes,
    secrets_of,
)

WEBS, BRIDGES = ("web-1", "web-2"), ("bridge-1", "bridge-2")
_CLOSED = f"http://{LOOPBACK}:9"


def fleet(directory: Directory, *, production: bool) -> Plan:
    """Raises RunError where nginx is missing."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None:
        raise RunError("nginx is missing: apt install nginx-light.")
    plan = Plan()
    add_servers(plan, directory, outside=os.environ, durable=False)
    ports = {name: plan.pick_port(name) for name in (*WEBS, *BRIDGES, "http", "https")}
    public = f"https://{LOOPBACK}:{ports['https']}"
    plan.env |= secrets_of(directory)
    plan.env |= {
        "PUBLIC_URL": public,
        "TRUSTED_PROXIES": LOOPBACK,
        "BRIDGE_URL": f"http://{LOOPBACK}:{ports['bridge-1']}",
        "BRIDGE_RING_URL": f"http://{LOOPBACK}:{ports['web-1']}/internal/bridge/ring",
        # Seconds, not half a minute: a test waits for a bridge to be replaced.
        "BRIDGE_LEASE_SECONDS": "3",
        "METRICS_TOKEN": directory.secrets()["JWT_SECRET"][:32],
    }
    if production:
        plan.env |= {
            "DJANGO_ENV": "production",
            "YCLIENTS_API_KEY": "partner-token-of-nobody",
            "YCLIENTS_APPLICATION_ID": "77",
            "YCLIENTS_USER_TOKEN": "",
            "YCLIENTS_BUDGET": "1",
            "WHATSAPP_PROXY_URL": _CLOSED,
        }
    else:
        plan.env |= {"DJANGO_ENV": "development"}
        sandboxes(plan, directory)
    plan.addresses |= {"web": public, "http": f"http://{LOOPBACK}:{ports['http']}"}
    one_shot(plan, "migrate", *deployed.command("migrate")[2:], needs=("postgres",))
    if production:
        one_shot(plan, "collectstatic", "collectstatic", "--noinput", needs=())
    _programs(plan, directory, ports)
    _nginx(plan, directory, ports, nginx)
    return plan


def _programs(plan: Plan, directory: Directory, ports: Mapping[str, int]) -> None:
    ready = ("migrate", "collectstatic", "valkey", "yclients_sandbox")
    quiet = {"PYTHONWARNINGS": "ignore"}
    for name in WEBS:
        port = ports[name]
        add(
            plan,
            name,
            deployed.here(name, {"0.0.0.0": LOOPBACK, "3000": str(port)}),
            needs=ready,
            answers=lambda port=port: probes.speaks_http(port),  # type: ignore[misc]
            env={"PORT": str(port), **quiet},
        )
    redis_url = plan.env["REDIS_URL"]
    add(
        plan,
        "worker",
        deployed.here("worker", {}),
        needs=ready,
        answers=lambda: probes.worker_listens(redis_url),
        env=quiet,
    )
    schedule = {"/tmp/celerybeat-schedule": str(directory.home / "celerybeat-schedule")}
    add(plan, "beat", deployed.here("beat", schedule), needs=ready, env=quiet)
    for name in BRIDGES:
        address = f"{LOOPBACK}:{ports[name]}"
        add(
            plan,
            name,
            deployed.here(name, {}),
            needs=("migrate", "whatsapp_sandbox"),
            announces=True,
            env={
                "BRIDGE_ID": name,
                "BRIDGE_LISTEN": address,
                "BRIDGE_ADVERTISE_URL": f"http://{address}",
            },
        )


def _nginx(plan: Plan, directory: Directory, ports: Mapping[str, int], program: str) -> None:
    folder = directory.folder("nginx")
    _certificate(folder)
    tls = (ROOT / "docker" / "tls" / "tls.conf.example").read_text("utf-8")
    text = (ROOT / "docker" / "nginx.conf").read_text("utf-8")
    (folder / "tls.conf").write_text(
        tls.replace("listen 443 ssl;", f"listen {LOOPBACK}:{ports['https']} ssl;").replace(
            "/etc/nginx/tls/", f"{folder}/"
        ),
        "utf-8",
    )
    for there, here in (
        ("listen 80 default_server;", f"listen {LOOPBACK}:{ports['http']} default_server;"),
        ("include /etc/nginx/tls/*.conf;", f"include {folder}/tls.conf;"),
        ("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;"),
        *((f"server {name}:3000", f"server {LOOPBACK}:{ports[name]}") for name in WEBS),
    ):
        if text.count(there) != 1:
            raise RunError(f"docker/nginx.conf: {there!r} is expected once.")
        text = text.replace(there, here)
    (folder / "nginx.conf").write_text(text, "utf-8")
    port = ports["http"]
    add(
        plan,
        "nginx",
        [program, "-p", str(folder), "-c", f"{folder}/nginx.conf", "-g", "daemon off;"],
        needs=WEBS,
        answers=lambda: probes.speaks_http(port),
    )


def _certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that signs itself, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AI Admin test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(folder / "privkey.pem", private.decode())
