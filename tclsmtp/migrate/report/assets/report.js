// The index: search and filter, by mouse and by keyboard. Without this script all rows are shown.
"use strict";

(function () {
  const table = document.getElementById("scripts");
  if (!table) return;
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const buttons = [...document.querySelectorAll("button[data-outcome]")];
  const rows = [...table.tBodies[0].rows].map((row) => ({
    row, link: row.querySelector("a"), outcome: row.dataset.outcome, text: row.textContent.toLowerCase(),
  }));
  let outcome = "";

  function visible() {
    return rows.filter(({ row }) => !row.hidden);
  }

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of rows) {
      item.row.hidden = (outcome && item.outcome !== outcome) || !words.every((word) => item.text.includes(word));
    }
    const count = visible().length;
    shown.textContent = `${count} shown`;
    none.hidden = count > 0;
  }

  function choose(chosen) {
    outcome = chosen;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.outcome === chosen));
    show();
  }

  function move(step) {
    const links = visible().map(({ link }) => link);
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next].focus();
  }

  search.addEventListener("input", show);
  search.form.addEventListener("submit", (event) => { event.preventDefault(); move(1); });
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.outcome));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      search.value = "";
      choose("");
    } else if (event.target === search) {
      if (event.key !== "ArrowDown") return;
      move(1);
    } else if (event.key === "/") {
      search.focus();
    } else if (event.key === "j" || event.key === "ArrowDown") {
      move(1);
    } else if (event.key === "k" || event.key === "ArrowUp") {
      move(-1);
    } else {
      return;
    }
    event.preventDefault();
  });
  show();
})();
