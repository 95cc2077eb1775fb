// Unpacks the browser of an npm package into a folder: node unpack.js PACKAGE.tgz SHA512 FOLDER
// The package holds the browser, its libraries and a software renderer, each compressed with Brotli.
const { createHash } = require("node:crypto");
const { execFileSync } = require("node:child_process");
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { brotliDecompressSync } = require("node:zlib");

const [archive, wanted, folder] = process.argv.slice(2);
const found = createHash("sha512").update(readFileSync(archive)).digest("base64");
if (found !== wanted) {
  console.error(`${archive} has the sha512 ${found}, not ${wanted}`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
execFileSync("tar", ["-xzf", archive, "-C", folder]);
const inside = join(folder, "package", "bin");
const unpacked = (name) => brotliDecompressSync(readFileSync(join(inside, name)), { maxOutputLength: 1 << 30 });
writeFileSync(join(folder, "chromium"), unpacked("chromium.br"), { mode: 0o755 });
for (const name of ["al2023.tar.br", "swiftshader.tar.br"]) {
  execFileSync("tar", ["-x", "--strip-components", name.startsWith("al") ? "1" : "0", "-C", folder], {
    input: unpacked(name),
  });
}
rmSync(join(folder, "package"), { recursive: true });
