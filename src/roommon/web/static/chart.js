// The trend of one sensor: mean as a line in the band from lowest to highest, setpoints and alarms drawn in, gaps as gaps.
"use strict";
(() => {
  const place = document.getElementById("chart");
  if (!place) return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const language = document.documentElement.lang;
  const REFRESH_MS = 15_000;
  let chart = null;
  let news = null;

  const shade = (uPlot) => {
    const { ctx, bbox } = uPlot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const alarm of news.alarms) {
      const begin = uPlot.valToPos(alarm.begin, "x", true);
      const end = Math.max(uPlot.valToPos(alarm.end, "x", true), begin + 2);
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = colour(alarm.priority);
      ctx.fillRect(begin, bbox.top, end - begin, bbox.height);
    }
    ctx.globalAlpha = 1;
    ctx.setLineDash([8, 6]);
    ctx.lineWidth = 2;
    for (const setpoint of news.setpoints) {
      const y = uPlot.valToPos(setpoint.value, "y", true);
      ctx.strokeStyle = colour(setpoint.priority);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  };

  const range = (_, low, high) => {
    const values = [low, high, ...news.setpoints.map((each) => each.value)].filter((each) => each !== null && Number.isFinite(each));
    if (!values.length) return [0, 1];
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const room = (most - least || Math.abs(most) || 1) * 0.08;
    return [least - room, most + room];
  };

  const shown = (value) => (value == null ? place.dataset.bad : `${value.toLocaleString(language, { maximumFractionDigits: 2 })} ${news.unit}`);
  const time = (seconds) => new Date(seconds * 1000).toLocaleString(language);

  const DAY_S = 86_400;
  const tick = (seconds) => {
    const at = new Date(seconds * 1000);
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
    const two = (number) => String(number).padStart(2, "0");
    const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    if (news.until - news.since > 60 * DAY_S) return `${at.getFullYear()}-${day}`;
    return isMidnight || news.until - news.since > 3 * DAY_S ? day : `${two(at.getHours())}:${two(at.getMinutes())}`;
  };

  const draw = () => {
    if (!news) return;
    chart?.destroy();
    place.textContent = "";
    if (!news.at.length) { place.textContent = place.dataset.nothing; return; }
    const quiet = colour("quiet");
    const line = colour("line");
    const axis = { stroke: quiet, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const names = language === "zh-CN" ? ["时间", "最低", "平均", "最高"] : ["time", "low", "mean", "high"];
    chart = new uPlot({
      width: place.clientWidth,
      height: Math.max(260, Math.min(460, window.innerHeight * 0.45)),
      scales: { x: { time: true, range: [news.since, news.until] }, y: { range } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map(tick) }, { ...axis, size: 64, values: (_, ticks) => ticks.map((each) => `${each} ${news.unit}`) }],
      series: [
        { label: names[0], value: (_, each) => (each == null ? "" : time(each)) },
        { label: names[1], stroke: "transparent", points: { show: false }, value: (_, each) => shown(each) },
        { label: names[2], stroke: colour("link"), width: 2, points: { show: false }, value: (_, each) => shown(each) },
        { label: names[3], stroke: "transparent", points: { show: false }, value: (_, each) => shown(each) },
      ],
      bands: [{ series: [3, 1], fill: `color-mix(in srgb, ${colour("link")} 25%, transparent)` }],
      hooks: { drawClear: [shade] },
    }, [news.at, news.low, news.mean, news.high], place);
  };

  const load = async () => {
    try {
      const answer = await fetch(place.dataset.from);
      if (!answer.ok) return;
      news = await answer.json();
      draw();
    } catch { /* the page says by itself that nobody answers */ }
  };
  load();
  setInterval(load, REFRESH_MS);
  document.addEventListener("theme", draw);
  let width = place.clientWidth;
  new ResizeObserver(() => { if (place.clientWidth !== width) { width = place.clientWidth; draw(); } }).observe(place);
})();
