// Makes a chart live when its button is pressed. Vega waits until then, as plain text in a brief that is one file or at
// an address of the workbench, and its expressions are interpreted from their syntax tree, so that no policy has to
// allow eval.
"use strict";
(() => {
  const status = (button, text) => { button.textContent = text; };
  const load = () => new Promise((done, failed) => {
    if (window.vegaEmbed) return done();
    const script = document.createElement("script");
    const vega = document.getElementById("vega");
    script.addEventListener("error", () => failed(new Error("its script did not arrive")));
    if (vega.dataset.address) {
      script.addEventListener("load", done);
      script.src = vega.dataset.address;
    } else {
      script.textContent = vega.textContent;
    }
    document.head.append(script);
    if (!vega.dataset.address) done();
  });
  const refuse = () => Promise.reject(new Error("a brief loads nothing"));
  const explore = async (button) => {
    const place = document.getElementById(button.dataset.chart);
    const spec = JSON.parse(document.getElementById(button.dataset.chart + "-spec").textContent);
    const live = document.createElement("div");
    button.disabled = true;
    try {
      await load();
      await window.vegaEmbed(live, spec, {
        mode: "vega-lite",
        ast: true,
        actions: false,
        defaultStyle: false,
        renderer: "svg",
        loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse },
        tooltip: { disableDefaultStyle: true },
      });
      place.replaceChildren(live);
      status(button, "Point at the chart for its numbers");
      place.focus({ preventScroll: true });
    } catch (error) {
      status(button, "This chart cannot be made live here: " + error.message);
    }
  };
  for (const button of document.querySelectorAll("button[data-chart]")) {
    button.hidden = false;
    button.addEventListener("click", () => explore(button));
  }
})();
