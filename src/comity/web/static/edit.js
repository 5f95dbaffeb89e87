// The text of a scenario and its grid: one text, one history; faults are told as one types, nothing typed is lost.
import { History } from "./history.js";
import { grid } from "./grid.js";

const WAIT_MS = 250;
const form = document.querySelector(".editor");
const text = document.getElementById("text");
const problems = document.getElementById("problems");
const told = form.querySelector(".draft");
const said = document.querySelector(".grid-said");
const place = document.querySelector(".grid-place");
const began = form.querySelector("[name=began_with]");
const key = `draft:${location.pathname}`;
const written = text.defaultValue.replace(/\r\n?/g, "\n");
const early = text.value === written ? null : text.value;
const beganWith = began.value;
const history = new History(written);
// A text that was not saved comes back with the reason; it is in no file.
const refused = document.querySelector(".said[role=alert]") !== null;
const [undoing, redoing] = [document.querySelector(".undo"), document.querySelector(".redo")];
let waiting = 0;
let asked = null;
let turn = Promise.resolve();
let open = null;

// Where the file was changed outside, only this page has shown it: a draft still begins with what it began with.
const conflict = document.getElementById("theirs") !== null;
const stored = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const draft = stored();
const keep = () => {
  const same = history.text === written && !refused;
  undoing.disabled = history.done.length === 0;
  redoing.disabled = history.undone.length === 0;
  try {
    if (same && !open) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ began: conflict ? draft?.began : began.value, text: history.text, open }));
    told.textContent = same ? "" : "Not saved yet; kept in this browser.";
  } catch {
    told.textContent = same ? "" : "Not saved yet.";
  }
};

const show = (now, at) => {
  if (text.value !== now) {
    const top = text.scrollTop;
    text.value = now;
    text.scrollTop = top;
  }
  if (at !== undefined && document.activeElement === text) text.setSelectionRange(at, at);
  keep();
};

const post = async (change, signal) => {
  const response = await fetch(place.dataset.address, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ text: history.text, began_with: began.value, change }),
    signal,
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? "the workbench cannot answer this");
  return answer;
};

const painted = (answer) => {
  problems.innerHTML = answer.problems;
  view.paint(answer.grid);
  if (answer.outside) said.textContent = "The file was changed outside of this page. Saving shows both, and writes over nothing.";
};

// What the text is now, read anew; the latest wins.
const refresh = async () => {
  clearTimeout(waiting);
  if (asked) asked.abort();
  asked = new AbortController();
  const sent = history.text;
  try {
    const answer = await post(null, asked.signal);
    if (history.text === sent) painted(answer);
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = "The workbench does not answer; your text is kept here.";
  }
};

// One change of the grid after the other; where the text moved on meanwhile, the change is made in the newer text.
const ask = (change, kind = "") => {
  const mine = turn.then(async () => {
    for (;;) {
      const sent = history.text;
      let answer;
      try {
        answer = await post(change);
      } catch (error) {
        said.textContent = `Not changed: ${error.message}.`;
        return false;
      }
      if (history.text !== sent) continue;
      if (asked) asked.abort();
      clearTimeout(waiting);
      history.change(answer.text, kind, Date.now());
      show(history.text);
      said.textContent = answer.refused;
      painted(answer);
      return !answer.refused;
    }
  });
  turn = mine.catch(() => {});
  return mine;
};

// What is being typed or sent is a step of its own, and comes before.
const step = (which) => {
  view.close();
  turn = turn.then(() => {
    const now = history[which]();
    if (!now) return;
    show(now.text, now.at);
    said.textContent = which === "undo" ? "Undone." : "Done again.";
    refresh();
  });
};
undoing.addEventListener("click", () => step("undo"));
redoing.addEventListener("click", () => step("redo"));
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const letter = event.key.toLowerCase();
  const field = event.target.closest("input, select, dialog");
  if (letter === "s" && !event.target.closest("dialog")) {
    event.preventDefault();
    form.requestSubmit();
  } else if ((letter === "z" || letter === "y") && !field) {
    event.preventDefault();
    step(letter === "y" || event.shiftKey ? "redo" : "undo");
  }
});
text.addEventListener("beforeinput", (event) => {
  if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
  event.preventDefault();
  step(event.inputType === "historyUndo" ? "undo" : "redo");
});
text.addEventListener("input", (event) => {
  history.change(text.value, event.inputType ?? "", Date.now());
  keep();
  clearTimeout(waiting);
  waiting = setTimeout(refresh, WAIT_MS);
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
// A cell that is being typed in belongs to what is saved.
form.addEventListener("submit", (event) => {
  if (!open) return;
  event.preventDefault();
  view.close().then((fine) => { if (fine) form.submit(); });
});

const view = grid(place, {
  ask,
  say: (words) => { said.textContent = words; },
  opened: (cell) => { open = cell; keep(); },
});
document.querySelector(".tools").hidden = false;

// What was saved is the file's text by now: then the draft has done its work.
if (refused) keep();
else if (draft && draft.text === written && !draft.open) localStorage.removeItem(key);
if (draft && !refused && draft.text !== written) {
  history.change(draft.text);
  began.value = draft.began;
  show(draft.text);
  told.textContent = draft.began === beganWith
    ? "This is your text from before, not saved yet."
    : "This is your text from before; the file was changed since it was begun.";
  const back = document.createElement("button");
  back.type = "button";
  back.textContent = "Back to the file";
  back.addEventListener("click", () => {
    history.change(written);
    began.value = beganWith;
    show(written);
    back.remove();
    refresh();
  });
  told.after(" ", back);
}
if (draft && !refused) (draft.text === written ? Promise.resolve() : refresh()).then(() => { if (draft.open) view.reopen(draft.open); });

// What was typed before this script arrived is a change like any other, and newer than a draft.
if (early !== null) {
  history.change(early);
  began.value = beganWith;
  show(early);
  refresh();
}
