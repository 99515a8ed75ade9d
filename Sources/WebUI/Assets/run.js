// Behaviour of the pages below Pages/: run. Everything works without it.

/// Lets the bars of what is under way grow with the clock until the server draws the timeline anew.
function growTimeline() {
  const timeline = document.querySelector("[data-timeline][data-open]");
  if (!timeline) return;
  const drawn = Number(timeline.dataset.length);
  const passed = (Date.now() - Date.parse(timeline.dataset.origin)) / 1000;
  const length = Math.max(drawn, passed * 1.02);
  const percent = (seconds) => `${Math.max(0, Math.min(100, (seconds / length) * 100))}%`;
  for (const bar of timeline.querySelectorAll("rect[data-from]")) {
    const from = Number(bar.dataset.from);
    const to = bar.hasAttribute("data-growing") ? Math.max(passed, from) : Number(bar.dataset.to);
    bar.setAttribute("x", percent(from));
    bar.setAttribute("width", `${Math.max(0.35, ((to - from) / length) * 100)}%`);
  }
  if (length === drawn) return;
  for (const mark of timeline.querySelectorAll("[data-at]")) {
    const place = percent(Number(mark.dataset.at));
    for (const name of ["x", "cx", "x1", "x2"]) if (mark.hasAttribute(name)) mark.setAttribute(name, place);
  }
}

/// Opens the row that an address points to.
function openTarget() {
  const details = document.querySelector(":target details");
  if (details) details.open = true;
}

growTimeline();
setInterval(growTimeline, 500);
addEventListener("hashchange", openTarget);
openTarget();
