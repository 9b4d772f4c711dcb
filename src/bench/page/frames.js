// Runs in the page before its own scripts: frames, long tasks, and when a change that was heard is drawn.
(() => {
  const TAIL_MILLIS = 2_000;
  let begun = 0;
  let frames = [];
  let longTasks = [];
  const pinsOf = new Map();
  let expected = null;
  let heardAt = 0;
  let painted = null;

  const tick = (at) => {
    frames.push(at);
    // Only what a look at the last change may need, unless somebody counts.
    if (begun === 0) while (frames.length > 0 && frames[0] < at - TAIL_MILLIS) frames.shift();
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(Math.round(entry.duration));
  }).observe({ type: "longtask" });

  const hear = (message) => {
    if (message.body?.tiles) for (const { tile, pins } of message.body.tiles) pinsOf.set(tile, pins.length);
    if (expected && !heardAt && message.body?.pins?.some((pin) => pin.id === expected)) heardAt = performance.now();
  };
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (data[0] === "a") for (const text of JSON.parse(data.slice(1))) hear(JSON.parse(text));
      });
    }
  };

  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    if (heardAt && !painted && this.canvas.isConnected) {
      const frame = document.timeline.currentTime;
      // This frame's own tick may come after what is drawn in it.
      const before = frames.filter((at) => at > heardAt && at < frame).length;
      painted = [performance.now() - heardAt, before + 1];
    }
    return draw.apply(this, given);
  };

  window.measure = {
    pins: () => [...pinsOf.values()].reduce((sum, count) => sum + count, 0),
    begin() {
      begun = performance.now();
      frames = [];
      longTasks = [];
    },
    frames() {
      begun = 0;
      return frames;
    },
    longTasks: () => `${longTasks.length}${longTasks.length > 0 ? `, the longest ${Math.max(...longTasks)} ms` : ""}`,
    expect(listing) {
      expected = listing;
      heardAt = 0;
      painted = null;
    },
    painted: () => painted,
  };
})();
