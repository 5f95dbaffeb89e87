// The text of a scenario: what is wrong in it is told as one types, and nothing typed is lost by a reload.
"use strict";
(() => {
  const form = document.querySelector(".editor");
  const text = document.getElementById("text");
  const problems = document.getElementById("problems");
  const told = form.querySelector(".draft");
  const began = form.querySelector("[name=began_with]").value;
  const key = `draft:${location.pathname}`;
  const written = text.value;
  let waiting = 0;
  let asked = null;

  const kept = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const keep = () => {
    try {
      if (text.value === written) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ began, text: text.value }));
      told.textContent = text.value === written ? "" : "Not saved yet; kept in this browser.";
    } catch {
      told.textContent = "Not saved yet.";
    }
  };
  const draft = kept();
  const refused = document.querySelector(".said") !== null;
  // What was saved is the file's text by now: then the draft has done its work.
  if (draft && draft.text === text.value) localStorage.removeItem(key);
  if (draft && !refused && draft.text !== text.value) {
    text.value = draft.text;
    told.textContent = draft.began === began
      ? "This is your text from before, not saved yet."
      : "This is your text from before; the file was changed since it was begun.";
    const undo = document.createElement("button");
    undo.type = "button";
    undo.textContent = "Back to the file";
    undo.addEventListener("click", () => { text.value = written; undo.remove(); keep(); check(); });
    told.after(" ", undo);
    if (draft.began !== began) form.querySelector("[name=began_with]").value = draft.began;
  }

  const check = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const response = await fetch("/check", { method: "POST", body: text.value, signal: asked.signal });
      const found = (await response.json()).problems;
      const head = document.createElement(found.length ? "h2" : "p");
      head.textContent = found.length ? `${found.length} to mend` : "The text is right.";
      const list = document.createElement("ol");
      for (const each of found) {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = "#text";
        link.dataset.line = each.line;
        link.dataset.column = each.column;
        link.textContent = `Line ${each.line}`;
        const rest = `: ${each.field ? `${each.field}: ` : ""}${each.message}${each.remedy ? `; ${each.remedy}` : ""}`;
        item.append(link, rest);
        list.append(item);
      }
      problems.replaceChildren(head, ...(found.length ? [list] : []));
    } catch (error) {
      if (error.name !== "AbortError") told.textContent = "The workbench does not answer; your text is kept here.";
    }
  };
  text.addEventListener("input", () => {
    keep();
    clearTimeout(waiting);
    waiting = setTimeout(check, 250);
  });
  problems.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    const lines = text.value.split("\n");
    const line = Number(link.dataset.line);
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    text.focus();
    text.setSelectionRange(at, at + (lines[line - 1] ?? "").length);
    text.scrollTop = (text.scrollHeight / lines.length) * Math.max(0, line - 5);
  });
  if (draft) check();
})();
