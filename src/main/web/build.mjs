// Builds the web app into the folder named as the argument. Called by Maven at generate-resources on every start, so it
// does only what is due: `npm ci` when the lock changed since node_modules was made, tsc and esbuild when a source did.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const FIRST_VIEW_LIMIT_BYTES = 250 * 1024;
const OLDEST_NODE_MAJOR = 20;

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "../../../target/classes/web"));
const windows = process.platform === "win32";
process.chdir(here);

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE_MAJOR) {
  fail(`Node ${OLDEST_NODE_MAJOR} or later is needed to build the web app, this is ${process.version}.`);
}

const sources = ["build.mjs", "package-lock.json", "tsconfig.json", "index.html", "src", "messages", "public"];
const hash = digest(sources.flatMap(filesUnder));
if (readMarker()?.hash === hash && existsSync(join(out, "index.html"))) process.exit(0);

installDependencies();
checkMessages();
const typeCheck = run(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"]);
const firstView = await bundle();
if ((await typeCheck) !== 0) fail("The web app does not type-check.");
if (firstView > FIRST_VIEW_LIMIT_BYTES) {
  fail(`First view is ${kilobytes(firstView)} gzip, the limit is ${kilobytes(FIRST_VIEW_LIMIT_BYTES)}.`);
}
writeFileSync(join(out, "build.json"), JSON.stringify({ hash, firstViewGzipBytes: firstView }));
console.log(`Web app built: first view ${kilobytes(firstView)} gzip (limit ${kilobytes(FIRST_VIEW_LIMIT_BYTES)}).`);

function installDependencies() {
  const marker = "node_modules/.berth-lock";
  const lock = digest(["package.json", "package-lock.json"]);
  if (existsSync(marker) && readFileSync(marker, "utf8") === lock) return;
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { stdio: "inherit", shell: windows });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) fail("npm ci failed.");
  writeFileSync(marker, lock);
}

/** Every language has the same keys, the same placeholders and the plural forms that it needs; no text is left over. */
function checkMessages() {
  const languages = readdirSync("messages").filter((name) => name.endsWith(".json"));
  const base = JSON.parse(readFileSync("messages/en.json", "utf8"));
  const problems = [];
  for (const name of languages) {
    const messages = JSON.parse(readFileSync(join("messages", name), "utf8"));
    for (const key of new Set([...Object.keys(base), ...Object.keys(messages)])) {
      const [wanted, given] = [base[key], messages[key]];
      if (wanted === undefined || given === undefined) problems.push(`${name}: ${given === undefined ? "lacks" : "has unknown"} ${key}`);
      else if (typeof wanted !== typeof given) problems.push(`${name}: ${key} is a plural in one language only`);
      else if (placeholders(wanted) !== placeholders(given)) problems.push(`${name}: ${key} has other placeholders`);
      else if (typeof given === "object" && !given.other) problems.push(`${name}: ${key} lacks the form "other"`);
    }
  }
  const code = filesUnder("src").map((file) => readFileSync(file, "utf8")).join("\n");
  for (const key of Object.keys(base)) {
    const madeOfData = [...key.matchAll(/\./g)].some((dot) => code.includes("`" + key.slice(0, dot.index + 1) + "${"));
    if (!madeOfData && !code.includes(`"${key}"`)) problems.push(`en.json: nothing uses ${key}`);
  }
  if (problems.length > 0) fail(problems.join("\n"));
}

function placeholders(message) {
  const text = typeof message === "string" ? message : message.other ?? "";
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
}

async function bundle() {
  const esbuild = await import("esbuild");
  const shared = { bundle: true, minify: true, target: "es2022", logLevel: "warning", define: { global: "globalThis" } };
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const app = await esbuild.build({
    ...shared,
    entryPoints: { app: "src/main.tsx", style: "src/styles/index.css", theme: "src/theme-early.ts" },
    outdir: join(out, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    format: "esm",
    splitting: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    metafile: true,
  });
  const outputs = new Map(
    Object.entries(app.metafile.outputs).map(([path, output]) => ["/" + relative(out, resolve(path)).split(sep).join("/"), output]),
  );
  const entry = (source) => [...outputs].find(([, output]) => output.entryPoint === source)?.[0] ?? fail(`${source} has no output`);
  const [script, style, theme] = [entry("src/main.tsx"), entry("src/styles/index.css"), entry("src/theme-early.ts")];
  const first = new Set([style, theme, ...closure(script)]);
  for (const source of ["src/map/view.ts", "messages/en.json"]) for (const path of closure(entry(source))) first.add(path);

  cpSync("public", out, { recursive: true });
  const preloads = [...first].filter((path) => path.endsWith(".js") && path !== script && path !== theme && !path.includes("en-"));
  writeFileSync(
    join(out, "index.html"),
    readFileSync("index.html", "utf8")
      .replace("%theme%", theme)
      .replace("%style%", style)
      .replace("%script%", script)
      .replace("%preload%", preloads.map((path) => `<link rel="modulepreload" href="${path}">`).join("\n    ")),
  );
  const shell = ["/", ...outputs.keys(), "/icon.svg", "/manifest.webmanifest", "/places.json"];
  await esbuild.build({
    ...shared,
    entryPoints: ["src/sw.ts"],
    outfile: join(out, "sw.js"),
    format: "iife",
    define: { ...shared.define, BUILD: JSON.stringify(hash.slice(0, 12)), SHELL: JSON.stringify(shell) },
  });
  return [...first].reduce((sum, path) => sum + gzipSync(readFileSync(join(out, path)), { level: 9 }).length, 0);

  /** A file with everything that it imports at once. */
  function closure(path, seen = new Set()) {
    if (seen.has(path)) return seen;
    seen.add(path);
    for (const imported of outputs.get(path)?.imports ?? []) {
      if (imported.kind === "import-statement") closure("/" + relative(out, resolve(imported.path)).split(sep).join("/"), seen);
    }
    return seen;
  }
}

function filesUnder(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function digest(files) {
  const sum = createHash("sha256");
  for (const file of files) sum.update(file.split(sep).join("/")).update("\0").update(readFileSync(file)).update("\0");
  return sum.digest("hex");
}

function readMarker() {
  try {
    return JSON.parse(readFileSync(join(out, "build.json"), "utf8"));
  } catch {
    return null;
  }
}

function run(command, parameters) {
  return new Promise((done) => spawn(command, parameters, { stdio: "inherit" }).on("close", done));
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} kB`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
