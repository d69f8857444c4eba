//! Runs wasm-bindgen as a library.
//!
//! What it is for: the command-line tool must equal the crate's version, and
//! installing it takes as long as everything else together; the library is in
//! the lock file already.
//!
//! How data enters and leaves: `xtask-bindgen INPUT.wasm OUT_DIR` writes
//! `NAME.js` and `NAME_bg.wasm` for `<script type="module">`.
//!
//! What it must never do: optimise, minify or name by hash; the build command
//! does that with the tools made for it.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

#[expect(
    deprecated,
    reason = "what is detected by itself is the wish to have reference types; saying no keeps \
              older browsers"
)]
fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(input), Some(out_dir), None) = (args.next(), args.next(), args.next()) else {
        bail!("usage: xtask-bindgen INPUT.wasm OUT_DIR");
    };
    Bindgen::new()
        .input_path(&input)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .encode_into(EncodeInto::Always)
        .reference_types(false)
        .generate(&out_dir)
        .with_context(|| format!("wasm-bindgen of {}", input.display()))
}
