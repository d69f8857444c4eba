//! llama.cpp behind [`Lexicon`] and [`Runtime`]: the only file that names its types.
//!
//! Traps it guards against: a batch larger than the context was made for ends the process; asking
//! for logits of a row that did not want any panics; the backend may be initialised only once.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{KvCacheType, LlamaContextParams};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::model::{LlamaChatMessage, LlamaChatTemplate, LlamaModel};
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::{DecodeError, LlamaStateSeqFlags, LogOptions, SeqState, send_logs_to_tracing};

use crate::config::{ContextMemory, EngineParams};
use crate::gguf::ModelHeader;
use crate::runtime::{Lexicon, Prompt, Retuned, Runtime, ScorePrompt, StepError};
use crate::scheduler::{KvOp, Plan, Seq, Token};
use crate::template::{self, Markup, Render, Tokenize};
use crate::{ChatMessage, EngineError, Role, StartError, trial};

/// The build whose states fit together; changes with the version in the workspace's manifest.
pub(crate) const BUILD: &str = "llama-cpp-2 =0.1.160";

/// llama.cpp's names for ways to read context memory.
const FLASH: i32 = 1;
const PLAIN: i32 = 0;

/// Time for trying threads anew while nobody asks.
const RETRIAL: Duration = Duration::from_secs(1);

/// A loaded model. Cloning shares it.
#[derive(Clone)]
pub(crate) struct LoadedModel {
    model: Arc<LlamaModel>,
    template: Arc<LlamaChatTemplate>,
}

/// llama.cpp's global state, set up once in a process and never torn down: several engines (in
/// tests) share it. Its log goes to `tracing`.
fn backend() -> Result<&'static LlamaBackend, StartError> {
    static BACKEND: OnceLock<Option<LlamaBackend>> = OnceLock::new();
    let ready = BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default());
        LlamaBackend::init().ok()
    });
    ready.as_ref().ok_or(StartError::Thread)
}

/// Loads a file whose head has been checked. `progress` hears shares from 0 to 1 and may stop the
/// loading by returning false.
pub(crate) fn load(
    path: &Path,
    header: &ModelHeader,
    progress: impl FnMut(f32) -> bool + 'static,
) -> Result<LoadedModel, StartError> {
    if !header.has_chat_template {
        return Err(StartError::NoChatTemplate);
    }
    let params = LlamaModelParams::default()
        .with_n_gpu_layers(0)
        .with_use_mmap(true)
        .with_progress_callback(progress);
    let model = LlamaModel::load_from_file(backend()?, path, &params)
        .map_err(|_| StartError::Refused { architecture: header.architecture.clone() })?;
    let template = model.chat_template(None).map_err(|_| StartError::NoChatTemplate)?;
    let loaded = LoadedModel { model: Arc::new(model), template: Arc::new(template) };
    let trial = [(Role::System, "s".to_owned()), (Role::User, "u".to_owned())];
    loaded.render(&trial).map_err(|_| StartError::UnknownChatTemplate)?;
    Ok(loaded)
}

impl LoadedModel {
    /// True when a state can be shared up to any position. Recurrent models only know their last
    /// state.
    pub(crate) fn can_share_prefixes(&self) -> bool {
        !self.model.is_recurrent() && !self.model.is_hybrid()
    }

    /// Context memory for this model.
    pub(crate) fn runtime(
        &self,
        params: &EngineParams,
        threads: usize,
    ) -> Result<LlamaRuntime<'_>, StartError> {
        let context = self.context(params, threads)?;
        let rows = usize::from(params.step_tokens).min(context.n_batch() as usize);
        Ok(LlamaRuntime {
            model: self,
            params: params.clone(),
            threads,
            context,
            batch: LlamaBatch::new(rows, 1),
            rows,
            wanted: Vec::new(),
        })
    }

    fn context(
        &self,
        params: &EngineParams,
        threads: usize,
    ) -> Result<LlamaContext<'_>, StartError> {
        let threads = i32::try_from(threads).unwrap_or(1);
        let rows = u32::from(params.step_tokens);
        let (kind, flash) = match params.memory {
            ContextMemory::Half => (KvCacheType::F16, FLASH),
            ContextMemory::HalfPlain => (KvCacheType::F16, PLAIN),
            ContextMemory::Eight => (KvCacheType::Q8_0, FLASH),
        };
        let settings = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(params.context))
            .with_n_batch(rows)
            .with_n_ubatch(rows)
            .with_n_seq_max(params.sequences())
            .with_kv_unified(true)
            .with_type_k(kind)
            .with_type_v(kind)
            .with_flash_attention_policy(flash)
            .with_n_threads(threads)
            .with_n_threads_batch(threads);
        self.model
            .new_context(backend()?, settings)
            .map_err(|_| StartError::Context { tokens: params.context })
    }
}

impl Render for LoadedModel {
    fn render(&self, messages: &[(Role, String)]) -> Result<String, EngineError> {
        let invalid = EngineError::Invalid { what: "the chat template refuses these messages" };
        let chat = messages
            .iter()
            .map(|(role, text)| LlamaChatMessage::new(role.as_str().to_owned(), text.clone()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| invalid.clone())?;
        self.model.apply_chat_template(&self.template, &chat, true).map_err(|_| invalid)
    }
}

impl Tokenize for LoadedModel {
    fn tokens(&self, text: &str, markup: Markup) -> Vec<Token> {
        let meant = markup == Markup::Meant;
        let tokens = self.model.vocab().tokenize(text.as_bytes(), false, meant);
        tokens.into_iter().map(|token| token.0).collect()
    }

    fn begin(&self) -> Option<Token> {
        let vocab = self.model.vocab();
        vocab.should_add_bos().then(|| vocab.bos().0).filter(|token| *token >= 0)
    }
}

impl Lexicon for LoadedModel {
    fn prompt(&self, messages: &[ChatMessage]) -> Result<Prompt, EngineError> {
        template::prompt(self, messages)
    }

    fn beginning(&self, messages: &[ChatMessage]) -> Result<Prompt, EngineError> {
        template::beginning(self, messages)
    }

    fn score_prompt(
        &self,
        candidate: &[ChatMessage],
        question: &str,
        closing: &str,
    ) -> Result<ScorePrompt, EngineError> {
        template::score_prompt(self, candidate, question, closing)
    }

    fn first_token(&self, text: &str) -> Option<Token> {
        self.tokens(text, Markup::Inert).first().copied()
    }

    fn piece(&self, token: Token) -> Vec<u8> {
        self.model.vocab().token_to_piece(LlamaToken(token), false, None)
    }

    fn ends_reply(&self, token: Token) -> bool {
        let vocab = self.model.vocab();
        vocab.is_eog(LlamaToken(token)) || vocab.is_control(LlamaToken(token))
    }
}

/// A context of a model: the memory of all sequences and the last step's logits.
pub(crate) struct LlamaRuntime<'model> {
    model: &'model LoadedModel,
    params: EngineParams,
    threads: usize,
    context: LlamaContext<'model>,
    batch: LlamaBatch<'static>,
    rows: usize,
    /// Rows of the last step whose logits may be read.
    wanted: Vec<bool>,
}

impl LlamaRuntime<'_> {
    fn apply(&mut self, op: KvOp) -> Result<(), StepError> {
        let done = match op {
            KvOp::Copy { from, to, len } => {
                let end = u32::try_from(len).map_err(|_| StepError::Broken(0))?;
                let (from, to) = (i32::from(from.0), i32::from(to.0));
                self.context.copy_kv_cache_seq(from, to, Some(0), Some(end))
            }
            KvOp::Free { seq } => {
                self.context.clear_kv_cache_seq(Some(u32::from(seq.0)), None, None).map(|_| ())
            }
            KvOp::Trim { seq, len } => {
                let from = u32::try_from(len).map_err(|_| StepError::Broken(0))?;
                let seq = Some(u32::from(seq.0));
                match self.context.clear_kv_cache_seq(seq, Some(from), None) {
                    Ok(true) => Ok(()),
                    // Only states that cannot be cut, for which nothing is ever guessed.
                    Ok(false) => return Err(StepError::Broken(0)),
                    Err(error) => Err(error),
                }
            }
        };
        done.map_err(|_| StepError::Broken(0))
    }
}

impl Runtime for LlamaRuntime<'_> {
    type State = SeqState;

    fn step(&mut self, plan: &Plan) -> Result<(), StepError> {
        self.wanted.clear();
        for op in &plan.ops {
            self.apply(*op)?;
        }
        if plan.rows.is_empty() {
            return Ok(());
        }
        // llama.cpp would end the process; the scheduler never plans this.
        if plan.rows.len() > self.rows {
            return Err(StepError::Broken(0));
        }
        self.batch.clear();
        for row in &plan.rows {
            let pos = i32::try_from(row.pos).map_err(|_| StepError::Broken(0))?;
            let seq = [i32::from(row.seq.0)];
            let added = self.batch.add(LlamaToken(row.token), pos, &seq, row.logits);
            added.map_err(|_| StepError::Broken(0))?;
        }
        match self.context.decode(&mut self.batch) {
            Ok(()) => {
                self.wanted.extend(plan.rows.iter().map(|row| row.logits));
                Ok(())
            }
            Err(DecodeError::NoKvCacheSlot) => Err(StepError::Full),
            Err(DecodeError::NTokensZero) => Err(StepError::Broken(-1)),
            Err(DecodeError::Unknown(code)) => Err(StepError::Broken(code)),
        }
    }

    fn logits(&self, row: usize) -> &[f32] {
        match (self.wanted.get(row), i32::try_from(row)) {
            (Some(true), Ok(row)) => self.context.get_logits_ith(row),
            (Some(_) | None, Ok(_) | Err(_)) => &[],
        }
    }

    fn retune(&mut self) -> Result<Retuned, StepError> {
        let failed = |_: StartError| StepError::Broken(0);
        let most = trial::most_threads();
        let end = Instant::now() + RETRIAL;
        let threads = trial::best_threads(self.model, end).map_err(failed)?;
        let is_reduced = threads < most;
        if threads == self.threads {
            return Ok(Retuned { threads, is_reduced, is_empty: false });
        }
        // A context keeps its threads. A small one takes the place of the old one first, so that
        // the memory of two is never needed.
        let small = EngineParams { context: 256, step_tokens: 16, ..self.params.clone() };
        self.context = self.model.context(&small, threads).map_err(failed)?;
        self.context = self.model.context(&self.params, threads).map_err(failed)?;
        self.threads = threads;
        Ok(Retuned { threads, is_reduced, is_empty: true })
    }

    fn save(&mut self, seq: Seq) -> Option<SeqState> {
        self.context.state_seq_get(i32::from(seq.0), LlamaStateSeqFlags::empty()).ok()
    }

    fn load(&mut self, state: &SeqState, seq: Seq) -> bool {
        self.context.state_seq_set(state, i32::from(seq.0)).is_ok()
    }

    fn state_bytes(state: &SeqState) -> u64 {
        state.byte_len() as u64
    }

    fn write(&mut self, seq: Seq, tokens: &[Token], file: &Path) -> bool {
        let tokens: Vec<LlamaToken> = tokens.iter().copied().map(LlamaToken).collect();
        self.context.state_seq_save_file(file, i32::from(seq.0), &tokens).is_ok()
    }

    fn read(&mut self, file: &Path, seq: Seq, tokens: &[Token]) -> bool {
        match self.context.state_seq_load_file(file, i32::from(seq.0), tokens.len()) {
            Ok((found, _)) => found.iter().map(|token| token.0).eq(tokens.iter().copied()),
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn states_are_stamped_with_the_build_in_use() {
        let manifest = include_str!("../../../Cargo.toml");
        let version = super::BUILD.rsplit('=').next().unwrap_or_default();
        assert!(manifest.contains(&format!("llama-cpp-2 = {{ version = \"={version}\"")));
    }
}
