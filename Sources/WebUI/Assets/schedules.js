// Behaviour of the pages below Pages/: schedules. Everything works without it.
import { morph } from "./morph.js";
import { showTimes } from "./times.js";

const form = document.querySelector(".schedule-form");
let wait = 0;
let asked = null;

/// Asks for the preview of what is written so far, as its button does.
async function preview() {
  asked?.abort();
  asked = new AbortController();
  const fields = new URLSearchParams(new FormData(form));
  fields.set("do", "preview");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, signal: asked.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("preview");
    if (!fresh) return;
    showTimes(fresh);
    morph(document.getElementById("preview"), fresh);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function addZones() {
  const list = document.getElementById("list-zone");
  if (!list || !Intl.supportedValuesOf) return;
  const known = new Set([...list.options].map((option) => option.value));
  for (const name of Intl.supportedValuesOf("timeZone")) if (!known.has(name)) list.append(new Option("", name));
}

if (form) {
  addZones();
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(preview, 350);
  });
}
