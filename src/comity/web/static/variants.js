// The file holds the variants of this page's address.
"use strict";
for (const link of document.querySelectorAll(".keeps-query")) {
  const words = new URLSearchParams(location.search);
  words.set("form", "csv");
  link.href = `${location.pathname}?${words}`;
}
