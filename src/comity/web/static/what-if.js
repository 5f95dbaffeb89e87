// Sliders ask for what they move. The latest wins: an older question is dropped here and by the workbench, and no
// number stays on the page that belongs to another state of the sliders.
"use strict";
(() => {
  const form = document.querySelector(".sliders");
  const answer = document.querySelector(".answer");
  const page = crypto.randomUUID();
  let turn = 0;
  let asking = null;
  let waiting = 0;

  const sliders = [...form.querySelectorAll(".slider")].map((place) => ({
    place,
    path: place.dataset.path,
    written: place.dataset.value,
    range: place.querySelector("input[type=range]"),
    number: place.querySelector("input[type=number]"),
    back: place.querySelector(".back"),
    value: place.querySelector("input[type=number]").value,
  }));

  const query = () => {
    const words = new URLSearchParams();
    if (form.dataset.audience === "shared") words.append("audience", "shared");
    for (const each of sliders) {
      if (Number(each.value) !== Number(each.written)) words.append("set", `${each.path}=${each.value}`);
    }
    return words;
  };

  const show = (each, value) => {
    each.value = value;
    each.range.value = value;
    if (document.activeElement !== each.number) each.number.value = value;
    const moved = Number(value) !== Number(each.written);
    each.place.classList.toggle("moved", moved);
    each.back.disabled = !moved;
  };

  const fetched = async (words, whole) => {
    const asked = new URLSearchParams(words);
    asked.append("page", page);
    asked.append("turn", String(turn));
    if (whole) asked.append("whole", "1");
    const response = await fetch(`${form.dataset.answer}?${asked}`, { signal: asking.signal });
    return response.status === 204 ? null : response;
  };

  const refuse = (words) => {
    const line = document.createElement("p");
    line.className = "said";
    line.textContent = words;
    answer.replaceChildren(line);
    answer.setAttribute("aria-busy", "false");
  };

  const ask = async () => {
    turn += 1;
    const mine = turn;
    if (asking) asking.abort();
    asking = new AbortController();
    const words = query();
    try {
      for (const whole of [false, true]) {
        const response = await fetched(words, whole);
        if (mine !== turn || response === null) return;
        if (response.status === 503) {
          setTimeout(() => { if (mine === turn) ask(); }, 2000);
          return;
        }
        const text = await response.text();
        if (mine !== turn) return;
        if (!response.ok) {
          const told = new DOMParser().parseFromString(text, "text/html").querySelector(".said");
          return refuse(told ? told.textContent : "This cannot be answered.");
        }
        const open = [...answer.querySelectorAll("details")].map((each) => each.open);
        answer.innerHTML = text;
        answer.querySelectorAll("details").forEach((each, at) => { each.open = open[at] ?? false; });
        answer.setAttribute("aria-busy", "false");
        dispatchEvent(new CustomEvent("comity:answered", { detail: { whole, turn } }));
      }
    } catch (error) {
      if (error.name !== "AbortError" && mine === turn) refuse("The workbench does not answer; is it still running?");
    }
  };

  const moved = (remember) => {
    answer.setAttribute("aria-busy", "true");
    const words = query().toString();
    const address = words ? `?${words}` : location.pathname;
    clearTimeout(waiting);
    if (remember === "push") history.pushState(null, "", address);
    else if (remember === "replace") history.replaceState(null, "", address);
    waiting = setTimeout(ask, 30);
    for (const tab of document.querySelectorAll(".tabs a")) {
      const link = new URL(tab.href);
      if (link.pathname.startsWith("/edit/")) continue;
      link.search = words;
      tab.href = link.href;
    }
  };

  for (const each of sliders) {
    let began = null;
    each.range.addEventListener("input", () => {
      // One step of Back for one stay on a slider, not one for each pixel.
      const first = began === null;
      began ??= each.value;
      show(each, each.range.value);
      moved(first ? "push" : "replace");
    });
    each.range.addEventListener("change", () => { began = null; });
    each.number.addEventListener("change", () => {
      const value = Number(each.number.value);
      const fine = each.number.value !== "" && value >= Number(each.number.min) && value <= Number(each.number.max);
      each.number.setCustomValidity(fine ? "" : `between ${each.number.min} and ${each.number.max}`);
      if (!fine) { each.number.reportValidity(); return; }
      show(each, each.number.value);
      moved("push");
    });
    each.back.addEventListener("click", () => { show(each, each.written); moved("push"); each.range.focus(); });
    show(each, each.value);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector(".all-back").addEventListener("click", () => {
    for (const each of sliders) show(each, each.written);
    moved("push");
  });
  const find = document.getElementById("find");
  find?.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const each of form.querySelectorAll("details .slider")) {
      const text = `${each.textContent} ${each.dataset.path}`.toLowerCase();
      each.hidden = !words.every((word) => text.includes(word));
    }
  });
  addEventListener("popstate", () => {
    const held = new Map(new URLSearchParams(location.search).getAll("set").map((word) => {
      const at = word.lastIndexOf("=");
      return [word.slice(0, at), word.slice(at + 1)];
    }));
    for (const each of sliders) show(each, held.get(each.path) ?? each.written);
    moved("keep");
  });
  // Pinned variants are kept in this browser; the page that compares them holds them in its address.
  const pinned = form.querySelector(".pinned");
  const key = `pinned:${location.pathname}`;
  const pins = () => { try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return []; } };
  const keep = (list) => { try { localStorage.setItem(key, JSON.stringify(list)); } catch { /* not kept */ } tell(list); };
  const tell = (list) => {
    pinned.replaceChildren();
    if (!list.length) return;
    const words = new URLSearchParams(list.map((each) => ["v", each]));
    if (form.dataset.audience === "shared") words.append("audience", "shared");
    const link = document.createElement("a");
    link.href = `${pinned.dataset.variants}?${words}`;
    link.textContent = list.length === 1 ? "compare 1 pinned variant" : `compare ${list.length} pinned variants`;
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = "forget them";
    drop.addEventListener("click", () => keep([]));
    pinned.append(link, " ", drop);
  };
  tell(pins());
  answer.addEventListener("click", (event) => {
    if (!event.target.closest(".pin")) return;
    const words = query();
    words.delete("audience");
    const mine = words.toString();
    keep([...pins().filter((each) => each !== mine), mine].slice(-12));
    event.target.closest(".pin").textContent = "Pinned";
  });

  answer.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const line = answer.querySelector(".line").textContent;
    try {
      await navigator.clipboard.writeText(`${line} ${location.href}`);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not allow copying here";
    }
  });
  if (query().size || answer.querySelector(".pending")) ask();
})();
