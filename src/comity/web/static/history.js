// One history over the grid and the text: each step is the one stretch of the text that it exchanged.
const TOGETHER_MS = 1000;
const MOST_STEPS = 2000;

export class History {
  constructor(text) {
    this.text = text;
    this.done = [];
    this.undone = [];
    this.last = { kind: "", at: 0 };
  }

  // Make `text` the text of now. Steps of one kind that follow each other at once, such as letters of a word, are one.
  change(text, kind = "", now = 0) {
    if (text === this.text) return false;
    const joined = kind !== "" && kind === this.last.kind && now - this.last.at < TOGETHER_MS && this.done.length > 0
      && this.undone.length === 0;
    const from = joined ? put(this.text, this.done.pop(), "added", "removed") : this.text;
    if (from !== text) this.done.push(between(from, text));
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
    this.text = text;
    this.last = { kind, at: now };
    return true;
  }

  undo() {
    const step = this.done.pop();
    if (!step) return null;
    this.undone.push(step);
    return this.#now(put(this.text, step, "added", "removed"), step.start + step.removed.length);
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    this.done.push(step);
    return this.#now(put(this.text, step, "removed", "added"), step.start + step.added.length);
  }

  #now(text, at) {
    this.text = text;
    this.last = { kind: "", at: 0 };
    return { text, at };
  }
}

function between(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { start, removed: before.slice(start, before.length - same), added: after.slice(start, after.length - same) };
}

const put = (text, step, from, to) => text.slice(0, step.start) + step[to] + text.slice(step.start + step[from].length);
