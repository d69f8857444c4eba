//! Resumes out of arbitrary bytes; see [`comptoir_simulation::resume`].

use super::fuzz;
use comptoir_simulation::resume::resume;

/// Our own corpus: conversations of several lengths, and clients that hold the
/// right thing, too little, too much, another log, another's conversation.
const CORPUS: [&[u8]; 8] = [
    &[],
    &[5, 3, 2, 2, 2, 2, 3, 2],
    &[5, 3, 2, 2, 2, 1, 0, 2],
    &[5, 3, 2, 2, 2, 2, 8, 2],
    &[5, 3, 2, 3, 2, 2, 2, 2],
    &[5, 3, 3, 2, 3, 2, 2, 2],
    &[5, 3, 0, 0, 0, 1, 0, 2],
    &[5, 3, 2, 2, 2, 0, 255, 255, 255, 255, 255, 255, 255, 255, 2],
];

#[test]
fn a_resume_is_complete_or_refused() {
    let corpus = CORPUS.iter().map(|input| input.to_vec()).collect();
    fuzz("resume", corpus, |bytes| {
        let wrong = resume(bytes);
        assert_eq!(wrong, None);
        // What the first bytes choose is outcome enough.
        bytes.iter().take(7).map(|byte| byte % 5).collect::<Vec<u8>>()
    });
}
