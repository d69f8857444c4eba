//! The vocabulary between scheduler and worker: what one step copies, frees and evaluates.

use crate::ClientKey;

/// A token of the model's vocabulary.
pub(crate) type Token = i32;

/// A sequence in the model's context memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Seq(pub(crate) u16);

/// One prompt being evaluated, and the reply that grows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct JobId(pub(crate) u64);

/// What a job needs from the scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobSpec {
    pub(crate) id: JobId,
    pub(crate) client: ClientKey,
    /// The prompt; never empty.
    pub(crate) prompt: Vec<Token>,
    /// Positions of the prompt whose logits are wanted, ascending. Empty for a warm-up.
    pub(crate) wanted: Vec<usize>,
    /// Lengths of prompt beginnings worth keeping for later prompts, ascending.
    pub(crate) keep: Vec<usize>,
    /// Most tokens that will be pushed after the prompt.
    pub(crate) max_new: usize,
    /// Work ahead of time: runs only while no other job is there, one at a time.
    pub(crate) background: bool,
}

/// A state kept outside context memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct StateId(pub(crate) u64);

/// A state that shares a beginning with a prompt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer<'a> {
    pub(crate) state: StateId,
    /// Everything the state holds.
    pub(crate) tokens: &'a [Token],
    /// How much of it the prompt begins with.
    pub(crate) common: usize,
}

/// What is kept outside context memory, as far as the scheduler needs to know.
pub(crate) trait Stored {
    /// The state that shares most of these tokens.
    fn best(&self, tokens: &[Token]) -> Option<Offer<'_>>;
}

/// A stored state to be put into an empty sequence, so that jobs can stand on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) state: StateId,
    pub(crate) seq: Seq,
}

/// A change to context memory, carried out in order before the rows are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KvOp {
    /// `to` (empty) shares the first `len` positions of `from`.
    Copy { from: Seq, to: Seq, len: usize },
    /// `seq` becomes empty.
    Free { seq: Seq },
    /// `seq` keeps its first `len` positions only.
    Trim { seq: Seq, len: usize },
}

/// One token to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) token: Token,
    pub(crate) pos: usize,
    pub(crate) seq: Seq,
    /// Logits may be read afterwards only where this is set.
    pub(crate) logits: bool,
}

/// Logits that will be there after the step, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    /// Index into [`Plan::rows`].
    pub(crate) row: usize,
    pub(crate) job: JobId,
    /// Position, in the job's tokens, of the token after which the logits stand.
    pub(crate) at: usize,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Plan {
    pub(crate) ops: Vec<KvOp>,
    /// States to load after the operations. A step that loads evaluates nothing: whether the
    /// loads succeed decides what the next one evaluates.
    pub(crate) loads: Vec<Load>,
    pub(crate) rows: Vec<Row>,
    pub(crate) outputs: Vec<Output>,
    /// Jobs that got a slot in this step, with the tokens they did not have to evaluate.
    pub(crate) started: Vec<(JobId, usize)>,
    /// Rows that are guesses.
    pub(crate) drafted: usize,
}
