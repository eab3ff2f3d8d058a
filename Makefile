# Every command works from a fresh clone: it installs what is missing first (aiadmin/run/bootstrap.sh).
# Arguments: make test ARGS="tests/run -k port"    make check ARGS="lint types"

PYTHON3 = .venv/bin/python
SETUP = @sh aiadmin/run/bootstrap.sh
RUN = @exec $(PYTHON3) -m aiadmin.run
ARGS =

.DEFAULT_GOAL := help
.PHONY: help demo run test check lint types fix bench chaos chaos-short smoke smoke-bridge score screenshots texts clean

help:
	@echo "make demo          everything on this machine, nobody's phone or account needed"
	@echo "make run           the same programs against the addresses in .env"
	@echo "make test          all tests"
	@echo "make check         lint, types, imports, texts, migrations, bridge (make fix mends what it can)"
	@echo "make texts         gather the pages' texts into aiadmin/locale, compile what is translated there"
	@echo "make bench         beside bare clients and the original's stack, into docs/benchmarks.md: ARGS=\"reply web pages\","
	@echo "                   all if none (half an hour): also growth fairness bridge sync reminders understanding browser"
	@echo "make chaos         ten minutes of killed programs; phones, database and journals must agree; then a full disk (ARGS=\"--seed 7\");"
	@echo "                   into docs/benchmarks.md"
	@echo "make chaos-short   a minute of the same"
	@echo "make smoke         a salon's way through what runs here; make smoke-bridge: the bridge by itself"
	@echo "make score         measure the understanding, write docs/understanding.md; or of another set:"
	@echo "                   make score SCORER=file CORPUS=file [SALON=file]"
	@echo "make clean         remove what make made"

demo:
	$(SETUP) demo
	$(RUN) --end-with-parent demo

run:
	$(SETUP) demo
	$(RUN) --end-with-parent up

test:
	$(SETUP) dev
	$(RUN) test $(ARGS)

check:
	$(SETUP) dev
	$(RUN) check $(ARGS)

lint:
	$(SETUP) dev
	$(RUN) check lint format

types:
	$(SETUP) dev
	$(RUN) check types

fix:
	$(SETUP) dev
	$(RUN) fix

texts:
	$(SETUP) dev
	@exec $(PYTHON3) -m aiadmin.run.texts

score:
	$(SETUP) demo
	@exec $(if $(CORPUS),$(PYTHON3) -m aiadmin.run score --corpus "$(CORPUS)" --scorer "$(SCORER)" \
		$(if $(SALON),--salon "$(SALON)"),$(PYTHON3) -m tests.whatsapp.assistant.scoring)

bench:
	$(SETUP) dev
	@exec $(PYTHON3) -m tests.bench $(ARGS)

# Against what runs: the demo of this clone, or the addresses in .env.
smoke:
	$(SETUP) demo
	@exec $(PYTHON3) manage.py smoke $(ARGS)

smoke-bridge:
	$(SETUP) demo
	@exec $(PYTHON3) manage.py smoke --bridge

chaos:
	$(SETUP) dev
	@$(PYTHON3) -m tests.chaos $(ARGS)
	@exec $(PYTHON3) -m tests.chaos.refusals

chaos-short:
	$(SETUP) dev
	@exec $(PYTHON3) -m tests.chaos --short $(ARGS)

# Pictures of the pages for the README, made in a running product.
screenshots:
	$(SETUP) dev
	@exec $(PYTHON3) -m tests.e2e.screenshots $(ARGS)

clean:
	@sh aiadmin/run/bootstrap.sh clean
