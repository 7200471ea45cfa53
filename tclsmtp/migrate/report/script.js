"use strict";
// The index: search and filter. What is looked for stands in the address, so that it is there again on the way back.
(() => {
  const rows = Array.from(document.querySelectorAll("tr[data-outcome]"), (row) => ({
    row,
    outcome: row.dataset.outcome,
    words: row.dataset.words.toLowerCase(),
  }));
  const search = document.getElementById("search");
  const buttons = Array.from(document.querySelectorAll("button[data-outcome]"));
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  let outcome = "";

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const entry of rows) {
      const fits = (!outcome || entry.outcome === outcome) && words.every((word) => entry.words.includes(word));
      entry.row.hidden = !fits;
      count += fits;
    }
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.outcome === outcome));
    }
    shown.textContent = `${count} of ${rows.length} shown`;
    none.hidden = count > 0;
  };

  const change = () => {
    show();
    const asked = new URLSearchParams();
    if (outcome) asked.set("outcome", outcome);
    if (search.value) asked.set("search", search.value);
    history.replaceState(null, "", `#${asked}`);
  };

  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const wanted = asked.get("outcome") || "";
    outcome = buttons.some((button) => button.dataset.outcome === wanted) ? wanted : "";
    search.value = asked.get("search") || "";
    show();
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      outcome = button.dataset.outcome;
      change();
    });
  }
  search.addEventListener("input", change);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      change();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
  addEventListener("hashchange", () => {
    // The link that skips to the content is no search.
    if (!location.hash || location.hash.includes("=")) read();
  });
  document.getElementById("controls").hidden = false;
  read();
})();
