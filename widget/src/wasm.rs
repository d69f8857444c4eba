//! The only door to the browser: one object, text in, text out.

use ::core::panic::PanicInfo;

use lol_alloc::{FreeListAllocator, LockedAllocator};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::Now;
use crate::driver::Driver;
use crate::prelude::*;

#[global_allocator]
static HEAP: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

/// Nothing here panics on what comes from outside; should it happen, the
/// trap reaches the shell as an exception, and the visitor is shown the
/// firm's phone and e-mail.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    ::core::arch::wasm32::unreachable()
}

/// One widget.
#[wasm_bindgen]
pub struct Widget(Driver);

#[wasm_bindgen]
impl Widget {
    /// See [`Driver::new`].
    #[wasm_bindgen(constructor)]
    pub fn new(start: &str) -> Self {
        Self(Driver::new(start))
    }

    /// See [`Driver::act`]; the moment as [`Now`] has it.
    pub fn act(&mut self, action: &str, mono: f64, wall: f64, dice: f64) -> String {
        self.0.act(action, Now { mono, wall: wall as i64, dice })
    }
}
