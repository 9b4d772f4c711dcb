import { type ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { ListHead } from "./SpotList";

const HEIGHTS = ["peek", "half", "full"] as const;
type Height = (typeof HEIGHTS)[number];
const DRAG_STEP_PIXELS = 60;

/** The bottom sheet with three heights: by dragging its handle, by tapping it, by the arrow keys. */
export function Sheet({ detail, children }: { detail: boolean; children: ComponentChildren }) {
  const [height, setHeight] = useState<Height>(detail ? "half" : "peek");
  const sheet = useRef<HTMLElement>(null);
  const drag = useRef<{ y: number; start: number; moved: boolean } | null>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setHeight(detail ? "half" : "peek");
    if (body.current) body.current.scrollTop = 0;
  }, [detail]);

  const step = (by: number) => {
    const next = HEIGHTS[Math.min(HEIGHTS.length - 1, Math.max(0, HEIGHTS.indexOf(height) + by))] as Height;
    setHeight(next);
  };

  const finish = (event: PointerEvent) => {
    const from = drag.current;
    drag.current = null;
    if (!sheet.current || !from) return;
    sheet.current.style.height = "";
    sheet.current.classList.remove("is-dragged");
    const by = from.y - event.clientY;
    if (!from.moved) setHeight(height === "full" ? "half" : height === "half" ? "full" : "half");
    else if (Math.abs(by) > DRAG_STEP_PIXELS) step(Math.sign(by) * (Math.abs(by) > innerHeight * 0.45 ? 2 : 1));
  };

  return (
    <section ref={sheet} class={`sheet sheet-${height}`} aria-label={t("list.label")}>
      <button
        type="button"
        class="sheet-handle"
        aria-label={t("sheet.handle")}
        aria-expanded={height !== "peek"}
        onKeyDown={(event) => {
          if (event.key === "ArrowUp") step(1);
          else if (event.key === "ArrowDown") step(-1);
          else if (event.key === "Enter" || event.key === " ") setHeight(height === "full" ? "peek" : "full");
          else return;
          event.preventDefault();
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { y: event.clientY, start: sheet.current?.offsetHeight ?? 0, moved: false };
        }}
        onPointerMove={(event) => {
          const from = drag.current;
          if (!from || !sheet.current) return;
          if (Math.abs(from.y - event.clientY) > 6) from.moved = true;
          if (!from.moved) return;
          sheet.current.classList.add("is-dragged");
          sheet.current.style.height = `${from.start + from.y - event.clientY}px`;
        }}
        onPointerUp={finish}
        onPointerCancel={finish}
      >
        <span />
      </button>
      {!detail && <ListHead />}
      <div ref={body} class="sheet-body">
        {children}
      </div>
    </section>
  );
}
