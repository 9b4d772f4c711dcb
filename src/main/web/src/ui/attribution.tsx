import { config } from "../config";
import { t } from "../i18n";

const LINK = /<a\s[^>]*href="(https?:[^"]+)"[^>]*>([^<]*)<\/a>/g;

/** Where the map and the data come from; links in the server's text are the only markup that is understood. */
export function Attribution({ tiles }: { tiles: boolean }) {
  const { tileAttribution, dataAttribution } = config.value;
  return (
    <div class="attribution">
      {tiles ? tileAttribution && <Marked text={tileAttribution} /> : <span>{t("map.simple")}</span>}
      {dataAttribution && <Marked text={dataAttribution} />}
    </div>
  );
}

export function Marked({ text }: { text: string }) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(plain(text.slice(end, found.index)));
    parts.push(
      <a href={found[1]} target="_blank" rel="noopener">
        {plain(found[2] ?? "")}
      </a>,
    );
    end = found.index + found[0].length;
  }
  parts.push(plain(text.slice(end)));
  return <span>{parts}</span>;
}

function plain(text: string): string {
  return text
    .replace(/<[^>]*>/g, "")
    .replace(/&copy;/g, "©")
    .replace(/&amp;/g, "&");
}
