// Replaces pieces of the page as the server sends them. Asks only while somebody looks.
import { morph } from "./morph.js";

export function startLive(enhance) {
  const address = document.documentElement.dataset.live;
  const state = document.getElementById("live-state");
  if (!address) return;
  let source = null;
  let isFinished = false;

  const show = (name, text) => {
    if (!state) return;
    state.hidden = false;
    state.dataset.state = name;
    state.textContent = text;
  };

  const open = () => {
    if (source || isFinished) return;
    source = new EventSource(address);
    source.addEventListener("open", () => show("live", "live"));
    source.addEventListener("replace", (event) => {
      const end = event.data.indexOf("\n");
      const old = document.getElementById(event.data.slice(0, end));
      if (!old) return;
      const template = document.createElement("template");
      template.innerHTML = event.data.slice(end + 1);
      const fresh = template.content.firstElementChild;
      if (!fresh) return;
      enhance(template.content);
      morph(old, fresh);
    });
    source.addEventListener("finish", () => {
      isFinished = true;
      close();
      show("ended", "up to date");
    });
    source.addEventListener("error", () => show("waiting", "reconnecting"));
  };

  const close = () => {
    source?.close();
    source = null;
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  if (!document.hidden) open();
}
