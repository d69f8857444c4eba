// Turns the bindgen output into the files a gateway serves.
//
// Usage: node build.mjs BINDGEN_DIR DIST_DIR
// Reads  BINDGEN_DIR/comptoir_widget_bg.wasm (the script beside it is not used:
//        js/wasm.js takes its place).
// Writes DIST_DIR/widget.js (the loader), one app.LANG.HASH.js per catalog,
//        comptoir.HASH.wasm, comptoir.d.ts, each with .br and .gz beside it,
//        and manifest.json with sizes and integrity.
// Fails  when a size budget is exceeded.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const BUDGET = { loader: 3 * 1024, firstOpen: 25 * 1024 };

const here = dirname(fileURLToPath(import.meta.url));
const [bindgen, dist] = process.argv.slice(2).map((path) => resolve(path));
if (!bindgen || !dist) throw new Error("usage: node build.mjs BINDGEN_DIR DIST_DIR");

const read = (...path) => readFileSync(join(here, ...path), "utf8");
const json = (...path) => JSON.parse(read(...path));
const css = async (name) =>
  (await transform(read("loader", name), { loader: "css", minify: true, target: "es2022" })).code.trim();

const manifest = { files: {}, languages: {} };

// Which mode and window suit such small files best is not worth a theory.
function smallest(bytes) {
  const tries = [0, 1, 2].flatMap((mode) =>
    [16, 18, 22].map((window) =>
      brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 11,
          [constants.BROTLI_PARAM_MODE]: mode,
          [constants.BROTLI_PARAM_LGWIN]: window,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
    ),
  );
  return tries.sort((a, b) => a.length - b.length)[0];
}

function emit(name, content) {
  const bytes = Buffer.from(content);
  const brotli = smallest(bytes);
  const gzip = gzipSync(bytes, { level: 9 });
  writeFileSync(join(dist, name), bytes);
  writeFileSync(join(dist, `${name}.br`), brotli);
  writeFileSync(join(dist, `${name}.gz`), gzip);
  manifest.files[name] = {
    raw: bytes.length,
    gzip: gzip.length,
    brotli: brotli.length,
    integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}`,
  };
  return name;
}

const hashed = (stem, extension, content) =>
  emit(`${stem}.${createHash("sha256").update(content).digest("hex").slice(0, 10)}.${extension}`, content);

// What js/wasm.js calls; the rest of bindgen's exports keep code alive.
const CALLED = ["memory", "widget_new", "widget_act", "__wbindgen_malloc", "__wbindgen_free"];

function binaryen(tool, ...args) {
  const script = join(here, "node_modules", "binaryen", "bin", tool);
  execFileSync(process.execPath, [script, ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

function optimised() {
  const work = mkdtempSync(join(tmpdir(), "comptoir-widget-"));
  const [graph, lean, small] = ["graph.json", "lean.wasm", "small.wasm"].map((name) => join(work, name));
  const features = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
  ];
  const roots = CALLED.map((name) => ({ name, export: name }));
  writeFileSync(graph, JSON.stringify([{ name: "root", root: true, reaches: CALLED }, ...roots]));
  const input = join(bindgen, "comptoir_widget_bg.wasm");
  binaryen("wasm-metadce", input, "--graph-file", graph, "-o", lean, ...features);
  // What is inlined less compresses better.
  const size = ["--one-caller-inline-max-function-size=0", "-Oz", "--converge"];
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  binaryen("wasm-opt", lean, "-o", small, ...features, ...size, ...strip);
  const content = readFileSync(small);
  rmSync(work, { recursive: true });
  return content;
}

async function app(texts, panelCss) {
  const virtual = {
    name: "comptoir",
    setup(build) {
      build.onResolve({ filter: /^comptoir:(css|texts)$/ }, ({ path }) => ({ path, namespace: "comptoir" }));
      build.onLoad({ filter: /css/, namespace: "comptoir" }, () => ({ contents: panelCss, loader: "text" }));
      build.onLoad({ filter: /texts/, namespace: "comptoir" }, () => ({ contents: texts, loader: "text" }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [join(here, "js", "shell.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    write: false,
    plugins: [virtual],
  });
  return outputFiles[0].text;
}

async function loader(assets) {
  const { code } = await transform(read("loader", "widget.js"), {
    minify: true,
    target: "es2022",
    charset: "utf8",
    define: {
      ASSETS: JSON.stringify(assets),
      BASE_CSS: JSON.stringify(await css("base.css")),
      WORDS: JSON.stringify(json("loader", "words.json")),
    },
  });
  return code;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const assets = { wasm: hashed("comptoir", "wasm", optimised()) };
const panelCss = await css("panel.css");
for (const file of readdirSync(join(here, "src", "texts")).filter((name) => name.endsWith(".json")).sort()) {
  const lang = file.slice(0, -".json".length);
  if (!json("loader", "words.json")[lang]) throw new Error(`loader/words.json lacks ${lang}`);
  assets[lang] = hashed(`app.${lang}`, "js", await app(Object.values(json("src", "texts", file)).join("\x01").replaceAll("{}", "\x02"), panelCss));
  manifest.languages[lang] = assets[lang];
}
manifest.wasm = assets.wasm;
manifest.loader = emit("widget.js", await loader(assets));
emit("comptoir.d.ts", read("loader", "comptoir.d.ts"));

const size = (name) => manifest.files[name].brotli;
// The loader is on the page already when the visitor opens the panel.
const opens = Object.values(manifest.languages).map((name) => size(name) + size(assets.wasm));
manifest.brotli = { loader: size("widget.js"), firstOpen: Math.max(...opens) };
manifest.budget = BUDGET;
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
for (const [name, f] of Object.entries(manifest.files)) {
  console.log(`${name.padEnd(28)} ${String(f.raw).padStart(7)} raw ${String(f.gzip).padStart(6)} gzip ${String(f.brotli).padStart(6)} brotli`);
}
console.log(`loader ${manifest.brotli.loader} of ${BUDGET.loader}, first open ${manifest.brotli.firstOpen} of ${BUDGET.firstOpen} bytes (brotli)`);
for (const part of Object.keys(BUDGET)) {
  if (manifest.brotli[part] > BUDGET[part]) {
    console.error(`size budget exceeded: ${part}`);
    process.exitCode = 1;
  }
}
