// On a narrow screen one pane at a time; a dot says that another one has news.
const TABS = [...document.querySelectorAll(".tab")];

export function startTabs({ onChange }) {
  for (const [index, tab] of TABS.entries()) {
    tab.addEventListener("click", () => choose(tab, onChange));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = TABS[(index + step + TABS.length) % TABS.length];
      choose(next, onChange);
      next.focus();
    });
  }
  choose(TABS[0], () => {});
}

// `pane`: owner, phone or journal.
export function markTab(pane) {
  const tab = document.getElementById(`tab-${pane}`);
  if (tab.getAttribute("aria-selected") !== "true") tab.dataset.news = "";
}

function choose(chosen, onChange) {
  for (const tab of TABS) {
    const selected = tab === chosen;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("chosen", selected);
  }
  delete chosen.dataset.news;
  onChange();
}
