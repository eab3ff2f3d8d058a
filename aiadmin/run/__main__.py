"""The command line: `python -m aiadmin.run demo | up | stack | fleet | test | check | fix | score | …`."""

import argparse
import sys
from pathlib import Path

from aiadmin.run import checks, commands, external, score, spawn, testing
from aiadmin.run.errors import RunError


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.end_with_parent:
        spawn.end_with_parent()
    try:
        return _call(arguments)
    except RunError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _call(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "demo":
            commands.demo()
        case "up":
            commands.up()
        case "stack":
            commands.stack(arguments.dir, keep=arguments.keep, beat_apart=arguments.beat_apart)
        case "fleet":
            commands.fleet(arguments.dir, production=arguments.production)
        case "test":
            return testing.test(arguments.arguments)
        case "check":
            return checks.check(arguments.names)
        case "fix":
            return checks.fix()
        case "score":
            return score.score(arguments.corpus, arguments.scorer, arguments.salon)
        case "external":
            return external.run(arguments.arguments)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aiadmin.run", description=__doc__)
    parser.add_argument(
        "--end-with-parent", action="store_true", help="stop when the calling process is gone"
    )
    orders = parser.add_subparsers(dest="command", required=True)
    orders.add_parser("demo", help="everything on this machine, with both sandboxes")
    orders.add_parser("up", help="the same programs against the addresses in .env")
    stack = orders.add_parser("stack", help="the demo's programs on a directory, for tests")
    stack.add_argument("--dir", type=Path, required=True)
    stack.add_argument("--keep", action="store_true", help="keep data that lies outside of DIR")
    stack.add_argument("--beat-apart", action="store_true", help="beat outside of the worker")
    fleet = orders.add_parser("fleet", help="nginx, web ×2, worker, beat, bridge ×2, for tests")
    fleet.add_argument("--dir", type=Path, required=True)
    fleet.add_argument(
        "--production", action="store_true", help="DJANGO_ENV=production, no sandbox"
    )
    test = orders.add_parser("test", help="the bridge's tests and pytest; arguments go to pytest")
    test.add_argument("arguments", nargs=argparse.REMAINDER)
    check = orders.add_parser("check", help="lint, types, imports, migrations, bridge")
    check.add_argument("names", nargs="*")
    orders.add_parser("fix", help="let ruff and biome mend what they can")
    scored = orders.add_parser("score", help="measure the understanding on a corpus")
    scored.add_argument("--corpus", type=Path, required=True)
    scored.add_argument("--scorer", type=Path, required=True)
    scored.add_argument("--salon", type=Path)
    outside = orders.add_parser(
        "external", help="a command on Debian's own servers behind a pooler"
    )
    outside.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
