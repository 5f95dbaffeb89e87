// The positions as one keyboard grid and as dots on lines. Each change is asked of the server, which splices the text.
const NUDGES = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const SEND_MS = 200;
const OWN = ["value", "low", "high", "source", "private", "unverified", "note"];

export function grid(place, { ask, say, opened }) {
  const dialog = document.querySelector(".cell-dialog");
  const renaming = document.querySelector(".rename-dialog");
  const passage = document.getElementById("passage");
  let at = null; // the id of the current cell
  let input = null; // the field of the cell that is being edited
  let under = ""; // what the cell showed before
  const pending = new Map(); // dots that were moved, and not sent yet
  let kept = Promise.resolve(true);

  const cells = () => [...place.querySelectorAll("td.cell")];
  const rows = () => [...place.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td.cell")]);
  const current = () => (at && document.getElementById(at)) || cells()[0] || null;
  const named = (cell) => ({ actor: cell.dataset.actor, issue: cell.dataset.issue, field: cell.dataset.field });
  const words = (cell) => `${cell.closest("tr").querySelector("th").firstChild.textContent.trim()}, ${cell.dataset.issue}, ${cell.dataset.field}`;

  const go = (cell, focus = true) => {
    if (!cell) return;
    for (const each of place.querySelectorAll("td.cell[tabindex='0']")) each.tabIndex = -1;
    cell.tabIndex = 0;
    at = cell.id;
    if (focus) cell.focus();
  };
  const settle = () => {
    go(current(), false);
    for (const line of place.querySelectorAll(".line-of-dots")) {
      const dots = line.querySelectorAll(".dot");
      if (dots.length && ![...dots].some((each) => each.getAttribute("tabindex") === "0")) dots[0].setAttribute("tabindex", "0");
    }
  };

  // --- Painting: cells are patched where the table has the same shape, so that the focus and the reader's place stay ---
  const paint = (html) => {
    const made = document.createElement("template");
    made.innerHTML = html;
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    const now = place.querySelector("table");
    const next = made.content.querySelector("table");
    const shape = (table) => table && [...table.querySelectorAll("th, td")].map((each) => each.id).join(" ");
    if (now && next && shape(now) === shape(next)) {
      for (const fresh of next.querySelectorAll("th, td.cell, caption")) {
        const old = fresh.id ? document.getElementById(fresh.id) : now.querySelector("caption");
        if (!old || old.contains(input)) continue;
        if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
        const kept = old.getAttribute("tabindex");
        for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
        for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
        if (kept !== null) old.setAttribute("tabindex", kept);
      }
      now.dataset.sources = next.dataset.sources;
      const table = now.closest(".scroll");
      for (const each of [...place.children]) if (each !== table) each.remove();
      for (const each of [...made.content.children]) if (!each.querySelector("table")) place.append(each);
    } else {
      if (input) stop();
      place.replaceChildren(made.content);
    }
    settle();
    if (focused && !input) {
      const again = document.getElementById(focused);
      if (again && again !== document.activeElement) {
        if (again.classList.contains("dot")) choose(again);
        else again.focus();
      }
    }
  };

  // --- Editing a cell ---
  const start = (typed) => {
    const cell = current();
    if (!cell || input) return;
    input = document.createElement("input");
    input.value = typed ?? cell.dataset.value;
    input.inputMode = "decimal";
    input.maxLength = 200;
    input.autocomplete = "off";
    input.setAttribute("aria-label", words(cell));
    under = cell.innerHTML;
    cell.replaceChildren(input);
    input.focus();
    if (typed === undefined) input.select();
    const tell = () => opened({ ...named(cell), typed: input.value });
    input.addEventListener("input", tell);
    input.addEventListener("blur", () => { if (input) keep(null); });
    tell();
  };
  // Leaves the field; `typed` is what the cell says until the answer comes, without it what it said before.
  const stop = (typed) => {
    const cell = input.closest("td");
    input = null;
    if (typed === undefined) cell.innerHTML = under;
    else cell.textContent = typed;
    return cell;
  };
  const keep = (move) => {
    const typed = input.value;
    const same = typed.trim() === input.closest("td").dataset.value;
    const cell = stop(same ? undefined : typed);
    if (move) go(move(cell) ?? cell);
    if (same) return opened(null);
    cell.setAttribute("aria-busy", "true");
    send({ ...named(cell), typed }).then(() => cell.removeAttribute("aria-busy"));
  };
  const send = (stated) => {
    kept = ask({ kind: "cell", ...stated }).then((fine) => {
      if (!input && pending.size === 0) opened(null);
      return fine;
    });
    return kept;
  };
  const step = (cell, down, right) => {
    const all = rows();
    const row = all.findIndex((each) => each.includes(cell));
    const column = all[row]?.indexOf(cell) ?? -1;
    return all[row + down]?.[column + right] ?? null;
  };

  place.addEventListener("keydown", (event) => {
    if (event.target === input) {
      const leave = { Enter: (cell) => step(cell, event.shiftKey ? -1 : 1, 0), Tab: (cell) => step(cell, 0, event.shiftKey ? -1 : 1) };
      if (event.key === "Escape") {
        event.preventDefault();
        go(stop());
        opened(null);
      } else if (leave[event.key]) {
        event.preventDefault();
        keep(leave[event.key]);
      }
      return;
    }
    const dot = event.target.closest(".dot");
    if (dot) return onDot(event, dot);
    const cell = event.target.closest("td.cell");
    if (!cell || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const all = rows();
    const row = all.find((each) => each.includes(cell));
    const last = (list) => list[list.length - 1];
    const moves = {
      ArrowUp: () => (control ? all[0][row.indexOf(cell)] : step(cell, -1, 0)),
      ArrowDown: () => (control ? last(all)[row.indexOf(cell)] : step(cell, 1, 0)),
      ArrowLeft: () => (control ? row[0] : step(cell, 0, -1)),
      ArrowRight: () => (control ? last(row) : step(cell, 0, 1)),
      Home: () => (control ? all[0][0] : row[0]),
      End: () => (control ? last(last(all)) : last(row)),
      PageUp: () => all[Math.max(0, all.indexOf(row) - 10)][row.indexOf(cell)],
      PageDown: () => all[Math.min(all.length - 1, all.indexOf(row) + 10)][row.indexOf(cell)],
    };
    if (moves[event.key]) go(moves[event.key]());
    else if (event.key === "Enter" && event.shiftKey) details();
    else if (event.key === "Enter" || event.key === "F2") start();
    else if (event.key === "Delete" || event.key === "Backspace") send({ ...named(cell), typed: "" });
    else if (event.key.length === 1 && !control && event.key !== " ") start(event.key);
    else return;
    event.preventDefault();
  });
  place.addEventListener("click", (event) => {
    const cell = event.target.closest("td.cell");
    if (cell && event.target !== input) go(cell);
    const dot = event.target.closest(".dot");
    if (dot) choose(dot);
  });
  place.addEventListener("dblclick", (event) => {
    if (event.target.closest("td.cell") && event.target !== input) start();
  });
  place.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td.cell");
    if (cell && event.target === cell) go(cell, false);
  });

  // --- Dots on a line ---
  const choose = (dot) => {
    for (const each of dot.parentNode.querySelectorAll(".dot")) each.setAttribute("tabindex", each === dot ? "0" : "-1");
    dot.focus();
  };
  const onDot = (event, dot) => {
    const dots = [...dot.parentNode.querySelectorAll(".dot")];
    const next = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (next) {
      event.preventDefault();
      choose(dots[(dots.indexOf(dot) + next + dots.length) % dots.length]);
      return;
    }
    const line = dot.closest(".line-of-dots").dataset;
    const [low, high, size] = [Number(line.low), Number(line.high), Number(line.step)];
    const nudge = NUDGES[event.key];
    const ends = { Home: low, End: high };
    if ((!nudge && !(event.key in ends)) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(dot, nudge ? Number(dot.getAttribute("aria-valuenow")) + nudge * size : ends[event.key]);
  };
  const move = (dot, wanted) => {
    const line = dot.closest(".line-of-dots").dataset;
    const [low, high] = [Number(line.low), Number(line.high)];
    const value = Math.min(high, Math.max(low, Number(wanted.toPrecision(12))));
    dot.setAttribute("aria-valuenow", value);
    dot.setAttribute("aria-valuetext", `${value}${line.unit ? ` ${line.unit}` : ""}`);
    const x = `${5 + (90 * (value - low)) / (high - low)}%`;
    dot.querySelector("circle").setAttribute("cx", x);
    dot.querySelector("text").setAttribute("x", x);
    say(`${dot.getAttribute("aria-label")}: ${dot.getAttribute("aria-valuetext")}`);
    // Moves that follow each other at once are one change, and one step back.
    const stated = { actor: dot.dataset.actor, issue: dot.dataset.issue, field: "position", typed: String(value) };
    const which = `${stated.actor} ${stated.issue}`;
    clearTimeout(pending.get(which)?.timer);
    pending.set(which, { stated, timer: setTimeout(() => sendDot(which), SEND_MS) });
    opened(stated);
    return which;
  };
  const sendDot = (which) => {
    const { stated, timer } = pending.get(which);
    clearTimeout(timer);
    pending.delete(which);
    send(stated);
  };

  place.addEventListener("pointerdown", (event) => {
    const dot = event.button === 0 && event.target.closest(".dot");
    if (!dot) return;
    event.preventDefault();
    choose(dot);
    dot.setPointerCapture(event.pointerId);
    const from = event.clientX;
    const line = dot.closest(".line-of-dots").dataset;
    const [low, high, size] = [Number(line.low), Number(line.high), Number(line.step)];
    const at = Number(dot.getAttribute("aria-valuenow"));
    const wide = dot.ownerSVGElement.getBoundingClientRect().width * 0.9;
    let which = null;
    const drag = (now) => {
      // A hand that shakes while it clicks moves nothing.
      if (which === null && Math.abs(now.clientX - from) <= 3) return;
      which = move(dot, Math.round((at + ((now.clientX - from) / wide) * (high - low)) / size) * size);
      // Sent once it is let go: the answer draws the line anew.
      clearTimeout(pending.get(which).timer);
    };
    dot.addEventListener("pointermove", drag);
    const end = () => {
      dot.removeEventListener("pointermove", drag);
      if (pending.has(which)) sendDot(which);
    };
    for (const name of ["pointerup", "pointercancel"]) dot.addEventListener(name, end, { once: true });
  });

  // --- Range, source and evidence; another id for an actor ---
  const field = (name, within = dialog) => within.querySelector(`[name="${CSS.escape(name)}"]`);
  const addPassage = (held = {}) => {
    const made = passage.content.firstElementChild.cloneNode(true);
    for (const [name, value] of Object.entries(held ?? {})) if (field(name, made)) field(name, made).value = value;
    dialog.querySelector(".passages").append(made);
    return made;
  };
  const details = () => {
    const cell = current();
    if (!cell) return say("There is no cell yet.");
    const held = JSON.parse(cell.dataset.held ?? "null") ?? { value: cell.dataset.value };
    dialog.dataset.cell = cell.id;
    dialog.querySelector("h2").textContent = words(cell);
    const [low, high] = Array.isArray(held.range) ? held.range : [];
    for (const [name, value] of Object.entries({ value: held.value, low, high, note: held.note })) field(name).value = value ?? "";
    for (const name of ["private", "unverified"]) field(name).checked = held[name] === true;
    const known = JSON.parse(place.querySelector("table").dataset.sources);
    if (held.source && !known.some(([id]) => id === held.source)) known.push([held.source, "not in the file"]);
    field("source").replaceChildren(
      new Option("as its row, or none", ""), ...known.map(([id, title]) => new Option(title ? `${id}: ${title}` : id, id)));
    field("source").value = held.source ?? "";
    dialog.querySelector(".passages").replaceChildren();
    for (const each of Array.isArray(held.evidence) ? held.evidence : []) addPassage(each);
    dialog.showModal();
    field("value").focus();
  };
  const read = (within) => Object.fromEntries(
    [...within.querySelectorAll("input, select, textarea")].map((each) => [each.name, each.value]));
  dialog.querySelector(".add-passage").addEventListener("click", () => field("quote", addPassage()).focus());
  for (const each of [dialog, renaming]) {
    each.querySelector(".leave").addEventListener("click", () => each.close(""));
    each.addEventListener("close", () => {
      const kept = each.returnValue === "keep";
      each.returnValue = "";
      const cell = document.getElementById(each.dataset.cell);
      if (!cell) return;
      go(cell);
      if (!kept) return;
      if (each === renaming) {
        ask({ kind: "rename", actor: cell.dataset.actor, to: field("to", renaming).value });
        return;
      }
      const evidence = [...dialog.querySelectorAll(".passage")].map(read);
      const own = Object.fromEntries(OWN.map((name) => [name, field(name).type === "checkbox" ? field(name).checked : field(name).value]));
      ask({ kind: "detail", ...named(cell), ...own, evidence });
    });
  }
  const rename = () => {
    const cell = current();
    if (!cell) return say("There is no actor yet.");
    renaming.dataset.cell = cell.id;
    field("to", renaming).value = cell.dataset.actor;
    renaming.showModal();
    field("to", renaming).select();
  };
  for (const each of document.querySelectorAll("dialog.adding")) {
    each.querySelector(".leave").addEventListener("click", () => each.close(""));
    each.addEventListener("close", () => {
      if (each.returnValue === "keep") ask({ kind: each.dataset.kind, ...read(each) });
      each.returnValue = "";
    });
    document.querySelector(`[data-opens="${each.id}"]`).addEventListener("click", () => {
      each.querySelector("form").reset();
      each.showModal();
    });
  }
  document.querySelector(".details").addEventListener("click", details);
  document.querySelector(".rename").addEventListener("click", rename);

  settle();
  return {
    paint,
    // Everything that was typed or moved is asked for; resolves once the last of it is answered.
    close: () => {
      if (input) keep(null);
      for (const which of [...pending.keys()]) sendDot(which);
      return kept;
    },
    reopen: ({ actor, issue, field: name, typed }) => {
      const cell = cells().find((each) => each.dataset.actor === actor && each.dataset.issue === issue && each.dataset.field === name);
      if (!cell) return;
      go(cell);
      start(typed);
      say("This is the number that you were typing before; Enter keeps it, Escape leaves it.");
    },
  };
}
