// Keeps the page up to date by server-sent events, and says when it cannot: silence is never green.
"use strict";
(() => {
  const SILENT_MS = 8000;
  const root = document.documentElement;
  const body = document.body;
  const stale = document.getElementById("stale");

  // Light and dark.
  const button = document.getElementById("theme");
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark")) === "dark";
  const name = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
  button.hidden = false;
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it holds for this page alone */ }
    name();
    document.dispatchEvent(new Event("theme"));
  });

  // Times that go on.
  let ahead = body.dataset.now ? Number(body.dataset.now) - Date.now() : 0;
  const isChinese = root.lang === "zh-CN";
  const UNITS = isChinese ? [[86400, "天"], [3600, "小时"], [60, "分"], [1, "秒"]] : [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const lasted = (ms) => {
    let rest = Math.max(0, Math.round(ms / 1000));
    const found = [];
    for (const [size, unit] of UNITS) {
      const number = Math.floor(rest / size);
      rest -= number * size;
      if (number || (size === 1 && !found.length)) found.push(`${number} ${unit}`);
    }
    return found.slice(0, 2).join(" ");
  };
  const tick = () => {
    const now = Date.now() + ahead;
    for (const each of document.querySelectorAll("time[data-since]")) {
      each.dataset.at ||= each.textContent;
      const words = `${each.dataset.at} (${lasted(now - Number(each.dataset.since))})`;
      if (each.textContent !== words) each.textContent = words;
    }
    for (const each of document.querySelectorAll("time[data-until]")) {
      const words = lasted(Number(each.dataset.until) - now);
      if (each.textContent !== words) each.textContent = words;
    }
  };
  tick();
  setInterval(tick, 1000);

  // What a person opened, scrolled and pointed at stays so when its part is drawn anew.
  const asLeft = (part) => {
    const focused = part.contains(document.activeElement) && document.activeElement;
    const again = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.hasAttribute("href") && `[href="${CSS.escape(focused.getAttribute("href"))}"]`);
    const opened = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
    const scrolled = [...part.querySelectorAll(".scroll")].map((each) => each.scrollLeft);
    return () => {
      for (const id of opened) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
      part.querySelectorAll(".scroll").forEach((each, index) => { each.scrollLeft = scrolled[index] || 0; });
      if (again) part.querySelector(again)?.focus({ preventScroll: true });
    };
  };

  // What changes.
  if (!body.dataset.live) return;
  let heard = performance.now();
  const sources = new EventSource(body.dataset.live);
  const written = new Map();
  sources.onmessage = (message) => {
    const news = JSON.parse(message.data);
    heard = performance.now();
    ahead = news.now - Date.now();
    for (const [id, html] of Object.entries(news.parts)) {
      const part = document.getElementById(id);
      if (!part || written.get(id) === html) continue;
      written.set(id, html);
      const restore = asLeft(part);
      part.innerHTML = html;
      restore();
    }
    tick();
    document.dispatchEvent(new CustomEvent("news", { detail: news }));
    if (news.renewed) location.reload();
  };
  setInterval(() => {
    const silent = performance.now() - heard > SILENT_MS;
    stale.hidden = !silent;
    body.classList.toggle("is-stale", silent);
    if (silent && sources.readyState === EventSource.CLOSED) location.reload();
  }, 500);
})();
