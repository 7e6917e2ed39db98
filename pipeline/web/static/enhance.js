// Better with it, complete without it: keys to move through a list, filters that apply at once.
"use strict";
addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  if (event.key === "/") {
    document.getElementById("q").focus();
    event.preventDefault();
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll(".stories h2 a, .members .title")];
    const at = links.indexOf(document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, at + (event.key === "j" ? 1 : -1)))];
    if (next) next.focus();
  }
});
for (const form of document.querySelectorAll("form.filters"))
  for (const select of form.querySelectorAll("select")) select.addEventListener("change", () => form.requestSubmit());
