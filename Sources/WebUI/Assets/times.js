// Points in time in the reader's zone and manner, and countdowns that tick. The server knows all zones but the
// browser's, for which it has written UTC.

const settings = document.documentElement.dataset;
const zone = knownZone(settings.zone);
const day = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});
const zoneName = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/// A zone for the formats above: nothing for the browser's own.
function knownZone(name) {
  if (!name || name === "local") return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

export function showTimes(root) {
  const now = Date.now();
  for (const element of root.querySelectorAll("time[datetime]")) showTime(element, now);
  for (const element of root.querySelectorAll("[data-until]")) {
    const left = Date.parse(element.dataset.until) - now;
    setText(element, left > 0 ? `${element.dataset.before}${duration(Math.ceil(left / 1000))}` : element.dataset.after);
  }
  for (const element of root.querySelectorAll("[data-since]")) {
    const passed = Math.max(0, now - Date.parse(element.dataset.since));
    setText(element, duration(Math.floor(passed / 1000)));
  }
}

function showTime(element, now) {
  const time = Date.parse(element.dateTime);
  if (Number.isNaN(time)) return;
  const date = new Date(time);
  const fraction = element.dataset.fraction ? `.${String(date.getMilliseconds()).padStart(3, "0")}` : "";
  const absolute = `${day.format(date)} ${clock.format(date)}${fraction}`;
  const isRelative = (element.dataset.style ?? settings.times) === "relative";
  const isToday = day.format(date) === day.format(new Date(now));
  const short = element.dataset.style === "clock" || (isToday && !isRelative && element.dataset.style !== "full")
    ? `${clock.format(date)}${fraction}` : absolute;
  setText(element, isRelative ? relative(time - now) : short);
  const title = `${absolute} ${zoneName}\n${relative(time - now)}`;
  if (element.title !== title) element.title = title;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function relative(milliseconds) {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  if (seconds < 1) return "now";
  return milliseconds < 0 ? `${duration(seconds)} ago` : `in ${duration(seconds)}`;
}

/// The two largest units.
function duration(seconds) {
  if (seconds < 60) return `${seconds}s`;
  const parts = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
  const first = parts.findIndex(([size]) => seconds >= size);
  const [size, unit] = parts[first];
  const [nextSize, nextUnit] = parts[first + 1];
  const rest = Math.floor((seconds % size) / nextSize);
  return rest ? `${Math.floor(seconds / size)}${unit} ${rest}${nextUnit}` : `${Math.floor(seconds / size)}${unit}`;
}
